"""The figures of the floor, counted from the attempts."""
