"""Clients one by one and together: arriving, found, merged, moved, closed to calls, exported, forgotten."""
