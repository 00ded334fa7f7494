"""What the words of errors mean."""
