"""How values and reasons are said."""
