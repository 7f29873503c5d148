"""What a user holds: the records of an answer, the Solution, the frames of groups, and how they print."""

from symcat.answer import presentation  # registers how the records look

__all__ = ["presentation"]
