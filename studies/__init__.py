"""What is done with runs: one, and the command line. Netlists are loaded by path, never imported."""
