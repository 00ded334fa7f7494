"""A netlist, found and imported by its path, and checked against the contract that it promises to fulfil."""
