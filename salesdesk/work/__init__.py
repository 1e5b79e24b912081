"""The next step with a client: which rows it is, who holds them, and the one way to open, close and plan them."""
