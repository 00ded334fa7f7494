"""Time, record, and the interface that a netlist fulfils. Imports nothing else of this project.

Read `sim_engine.py` first.
"""
