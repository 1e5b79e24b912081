"""What every command shares: its options, its output, its questions, its failures."""
