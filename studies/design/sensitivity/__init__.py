"""Which parameters matter, and how much is chance. Read `sense.py` first; the others are plain functions of arrays."""
