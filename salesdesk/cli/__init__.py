"""The command line: words in, words out. A file a noun."""
