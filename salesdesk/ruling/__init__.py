"""Changing the rules: new versions, what they change, and the clients and tasks that the old ones leave behind."""
