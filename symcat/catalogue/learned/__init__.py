"""What the fallback learns: solved problems kept in the user's data directory, and how far each of them reaches."""

from symcat.catalogue.learned.entry import Entry
from symcat.catalogue.learned.home import directory
from symcat.catalogue.learned.reach import Reach, nearest, reach
from symcat.catalogue.learned.store import entries, forget, kept, learn, learned_at, named
from symcat.catalogue.learned.terms import Terms

__all__ = [
    "Entry",
    "Reach",
    "Terms",
    "directory",
    "entries",
    "forget",
    "kept",
    "learn",
    "learned_at",
    "named",
    "nearest",
    "reach",
]
