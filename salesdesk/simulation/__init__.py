"""What other rules would have made of the calls that were recorded."""
