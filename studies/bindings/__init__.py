"""Typed contracts: `tsp bindings` writes classes for type checkers out of artifacts."""
