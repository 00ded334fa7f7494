"""What is left of a run: its folder, its tables, where its code came from."""
