"""Groups of transformations: their invariants, and tests whether data are invariant under them."""
