"""The EVM as a world: compile, deploy, call, send, mine, snapshot.

Read `chain.py` first; it is the only class that netlists and agents meet.
"""
