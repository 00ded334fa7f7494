"""Who earns what from reward pools, and when it is free to use."""
