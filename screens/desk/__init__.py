"""The desk screen: one client at a time, and one key for what happened."""
