"""Files of clients: read, understood, and brought in whole or not at all."""
