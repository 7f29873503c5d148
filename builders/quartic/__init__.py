"""The radial quartic entries: certified tables to 64 dimensions, the expansion in 2/N beyond."""
