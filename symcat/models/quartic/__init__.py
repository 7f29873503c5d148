"""The radial quartic family: Z2 in one column, O(N) in N columns."""
