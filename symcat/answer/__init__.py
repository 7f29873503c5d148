"""What a user holds: the records of an answer, the Solution, and how they print."""
