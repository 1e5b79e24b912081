"""What the desk achieved: the figures of a period, from the recorded calls, the deals and the open tasks."""
