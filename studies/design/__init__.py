"""Tools that answer a study: one evaluator of runs, and on it yield, corners, the worst case and the others."""
