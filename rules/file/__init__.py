"""Rules as a TOML file: read, checked, every fault named with its line."""
