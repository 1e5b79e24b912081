"""How much a manager may look up in an hour, on the screen and by a database login of their own."""

MOST_MISSES = 20
"""Different look-ups that found nobody, by one manager in an hour."""
