"""The Gaussian family: precision matrices with the symmetry of a group."""
