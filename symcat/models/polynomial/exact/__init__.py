"""Couplings of polynomials in one to four real columns by integration on a grid and Newton's method, to rounding."""
