"""The verbs of the command `tsp`, and the words that they share. Each imports what is heavy only when it is used."""
