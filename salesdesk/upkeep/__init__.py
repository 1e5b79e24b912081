"""Looking after the storage: backups, restoring, upgrades, and whether the clock can be believed."""
