"""Typed time: what a person types at speed, understood in three languages or refused with both readings."""
