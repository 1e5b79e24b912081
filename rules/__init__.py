"""Pure decisions of a sales desk: ladders, call windows, caps, and what follows an outcome.

Nothing here reads a clock, a file of its own accord, or a database: everything comes in as a parameter and a
:class:`rules.decide.Decision` with its reasons goes out. The same code serves the screen, the command line and
the simulator.
"""
