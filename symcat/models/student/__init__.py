"""Student's t of one real column: heavy tails on both sides."""

from symcat.models.student.family import Students

FAMILY = Students()
"""Student's law as a family."""
