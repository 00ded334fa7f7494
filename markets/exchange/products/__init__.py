"""Kinds of instruments, each a value behind one small interface: `product.py`."""
