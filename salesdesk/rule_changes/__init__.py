"""Changing the rules under people who are at work: edited, compared, put in force, and followed by every open task."""
