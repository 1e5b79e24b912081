"""The coming hours and days of one person."""
