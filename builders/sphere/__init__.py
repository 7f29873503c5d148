"""The entries of directions: exact, without a table; checked by balls and by quadrature."""
