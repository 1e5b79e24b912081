"""Where everything is kept: both engines, the tables, their changes over time, and what the drivers' faults mean."""
