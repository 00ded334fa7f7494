"""What the science-funding netlists share. A family: it holds no netlist of its own."""
