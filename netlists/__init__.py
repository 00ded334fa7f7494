"""What is wired to what: one folder per question. Netlists never import each other."""
