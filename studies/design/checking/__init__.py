"""Invariants: where one fails first, and the least run that still fails."""
