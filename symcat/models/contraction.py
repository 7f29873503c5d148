"""The Einstein summation of a diagram, read from its text: a strict reader, nothing is evaluated.

A diagram of the correction series is a product of cumulant tensors of whitened columns, one operand for each of its
vertices, three letters for the third cumulants and four for the fourth. A line joins two of them, and is a letter that
comes twice, since the covariance of whitened columns is the identity; an open leg is a letter of the output.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from symcat.errors import CatalogueError

_SHAPE = re.compile(r"(?P<operands>[a-z]{3,4}(?:,[a-z]{3,4})*)->(?P<output>[a-z]{0,6})", re.ASCII)


@dataclass(frozen=True)
class Contraction:
    """``operands`` of three letters (third cumulants) and of four (fourth), and the letters of the ``output``.

    Without an operand it is the identity: the number 1, or in two indices the identity matrix.
    """

    operands: tuple[str, ...]
    output: str


def parse(subscripts: str) -> Contraction:
    """The contraction that a text such as ``"iab,jab->ij"`` means; the empty text is the identity.

    Raises CatalogueError for anything else: an operand that has not three or four lower-case letters, an output of
    more than six, a letter that does not come exactly twice, once in an operand if the output has it.

    Examples
    --------
    >>> from symcat.models.contraction import parse
    >>> parse("iab,jab->ij")
    Contraction(operands=('iab', 'jab'), output='ij')
    """
    if subscripts == "":
        return Contraction((), "")
    found = _SHAPE.fullmatch(subscripts)
    if found is None:
        raise CatalogueError(
            f"The catalogue's text {subscripts!r} is not a contraction such as 'iab,jab->ij'; restore the file by "
            "installing symcat again."
        )
    operands, output = tuple(found["operands"].split(",")), found["output"]
    inside, outside = Counter("".join(operands)), Counter(output)
    wrong = sorted(
        letter for letter in inside | outside if inside[letter] + outside[letter] != 2 or outside[letter] > 1
    )
    if wrong:
        raise CatalogueError(
            f"In the contraction {subscripts!r} the letter {wrong[0]!r} is neither a line (twice in operands) "
            "nor a leg (once in them, once in the output); restore the catalogue by installing symcat again."
        )
    return Contraction(operands, output)
