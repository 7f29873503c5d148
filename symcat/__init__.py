"""symcat: maximum-entropy parameters read from a certified catalogue of symmetry classes."""

__version__ = "0.1.0"
