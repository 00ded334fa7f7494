"""A netlist, drawn: its agents and contracts, who is wired to whom, and who paid whom."""
