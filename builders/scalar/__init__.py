"""The entries of the polynomials of one column."""
