"""What others publish, fetched once for all projects: contracts, compilers, nodes."""
