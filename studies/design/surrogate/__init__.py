"""A response that is learnt from runs: Gaussian processes and boosted trees, with the error that they make."""
