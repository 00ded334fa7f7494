"""One run: one netlist, one strategy, one folder; and who watches it."""
