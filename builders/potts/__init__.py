"""The Potts entries: exact, without a table; checked by going through all rows."""
