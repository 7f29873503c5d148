"""A quartic F of thirteen to a hundred columns whose terms have at most two of these, by matrices of two columns."""
