"""What the last weeks would have been under other rules: the recorded calls decided on again."""
