"""The tests of the three packages, of the whole in real terminals, and of speed."""
