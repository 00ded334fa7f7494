"""Who acts: one role per class, modules by theme."""
