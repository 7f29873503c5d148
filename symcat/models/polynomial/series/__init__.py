"""Couplings of many columns by the catalogue's series in the cumulants, judged against the averages they imply."""
