"""Agreeing on a time: the line, both clocks, and the hours of the day."""
