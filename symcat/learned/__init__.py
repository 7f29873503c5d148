"""What the fallback learns: solved problems kept in the user's data directory, and how far each of them reaches."""

from symcat.learned.entry import Entry
from symcat.learned.home import directory
from symcat.learned.reach import Reach, nearest, reach
from symcat.learned.store import entries, learn
from symcat.learned.terms import Terms

__all__ = ["Entry", "Reach", "Terms", "directory", "entries", "learn", "nearest", "reach"]
