"""Looking after the base: checks, backups, restoring, upgrading."""
