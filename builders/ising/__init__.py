"""The Ising entries: exact ones without a table here, those of one average with a table in ``lattice/``."""
