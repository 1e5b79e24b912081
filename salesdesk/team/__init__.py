"""The people of a floor: their shifts and breaks, their pools, and what a desk that died left behind."""
