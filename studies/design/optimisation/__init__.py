"""Which design is best, and which holds under variation. Read `optimise.py` and `robust.py` first."""
