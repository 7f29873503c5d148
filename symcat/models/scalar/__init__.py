"""Free energies of one real column to degree four, six and eight: without symmetry, or even about a centre."""

from symcat.models.scalar.family import FAMILY as FAMILY
