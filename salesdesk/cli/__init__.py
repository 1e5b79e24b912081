"""The command line: one file per noun. Commands read options, call a use-case and print; they decide nothing."""
