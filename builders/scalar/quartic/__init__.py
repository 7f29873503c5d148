"""The certified table of the quartic of one column without symmetry."""
