"""What is there of all that runs may need."""
