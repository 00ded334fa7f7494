"""Chains of several makes behind one seam, `base.ChainBackend`."""
