"""How values and reasons are said: money, spans of time, JSON instants, and text that is safe to print."""
