"""The pools' step, compiled: the same arithmetic as the reference, some thousand times as fast.

Compiled by numba, whose cache lies beside the files. Nothing imports this package but what runs long histories, so that
importing pools stays fast. Numbers are arguments: another fee, window or weight compiles nothing.
"""
