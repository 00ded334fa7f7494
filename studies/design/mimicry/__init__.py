"""Trajectories that are learnt from runs, and a netlist that gives them back."""
