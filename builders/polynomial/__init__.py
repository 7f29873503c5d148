"""The entries of the polynomial free energies."""
