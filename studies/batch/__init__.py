"""One question asked of many runs: a design of parameters and seeds, workers, one table of all rows."""
