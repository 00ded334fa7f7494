"""Training of pools: which numbers are free, what is sought, and by which method. Read `train.py` first."""
