"""The symmetric Ising entries, with a certified table for every size."""
