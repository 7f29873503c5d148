"""One real column without symmetry: polynomials of even degree."""
