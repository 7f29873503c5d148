"""Linear algebra by letting a circuit relax, after Aifer et al., "Thermodynamic linear algebra" (arXiv 2308.05660)."""
