"""The entry of Student's law."""
