"""Studies of pools: scenarios from files, measures of what came of them, comparisons, contract parameters."""
