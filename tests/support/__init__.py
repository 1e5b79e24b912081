"""What tests share beside the fixtures: clocks, invented rows, and ways to look at the program."""
