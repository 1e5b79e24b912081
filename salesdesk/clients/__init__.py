"""Clients: reading their files, adding, finding and changing them."""
