"""What families share: checks, doubles that enclose a ball, Chebyshev polynomials, segments, exact series, SQL."""
