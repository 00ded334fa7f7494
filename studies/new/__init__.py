"""What `tsp new` writes: a netlist, an agent or a contract to begin with, each with its test."""
