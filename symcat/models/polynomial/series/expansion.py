"""The catalogue's diagrams of ``polynomial.quartic``, contracted order by order for one table's cumulants.

Couplings of whitened columns (mean 0, covariance 1) as series in their third and fourth cumulants, graded k3 ~ e and
k4 ~ e^2: a term is an exact weight times the mean over all orders of its output's letters of an Einstein summation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import CatalogueError
from symcat.models.contraction import Contraction, parse
from symcat.models.tables import Term

Floats = NDArray[np.float64]

COUPLINGS = {"h": 1, "K": 2, "g": 3, "u": 4}
"""Targets that are tensors, and the number of their indices."""

Orders = Mapping[int, Floats]
"""The term of each order."""

_LARGEST = 1 << 27
"""Numbers of an intermediate."""


@dataclass(frozen=True)
class Expansion:
    """The diagrams of every target and order, with their weights."""

    diagrams: Mapping[str, Mapping[int, tuple[tuple[float, Contraction], ...]]]

    @classmethod
    def of(cls, terms: Sequence[Term]) -> Expansion:
        """Raises CatalogueError for a diagram that is no contraction."""
        found: dict[str, dict[int, list[tuple[float, Contraction]]]] = {}
        for term in terms:
            if term.subscripts is None:
                raise CatalogueError(f"The diagram {term.diagram!r} of the catalogue has no contraction: reinstall it.")
            weighed = (float(term.weight()), parse(term.subscripts))
            found.setdefault(term.target, {}).setdefault(term.order, []).append(weighed)
        return cls({target: {o: tuple(of[o]) for o in sorted(of)} for target, of in found.items()})

    @cached_property
    def highest(self) -> int:
        """The highest order to which every coupling is known."""
        return min(max(self.diagrams[name]) for name in ("K", "u"))

    def at(self, k3: Floats | None, k4: Floats, targets: Sequence[str] = tuple(COUPLINGS)) -> dict[str, Orders]:
        """The term of each order of each target, of the cumulants (d, d, d) and (d, d, d, d); k3 None where it is zero.

        Examples
        --------
        >>> import numpy as np
        >>> from symcat.models.polynomial.series.expansion import Expansion
        >>> from symcat.models.tables import Term
        >>> first = Expansion.of([Term("u", 2, "k4", "ijkl->ijkl", (-1,), (1,))])
        >>> first.at(None, np.full((1, 1, 1, 1), 0.125))["u"][2].item()
        -0.125
        """
        cumulants = {3: k3, 4: k4}
        return {
            target: {
                order: _sum(which, cumulants, (len(k4),) * COUPLINGS.get(target, 0))
                for order, which in self.diagrams.get(target, {}).items()
            }
            for target in targets
        }


def _sum(
    diagrams: Sequence[tuple[float, Contraction]], cumulants: Mapping[int, Floats | None], shape: tuple[int, ...]
) -> Floats:
    """All diagrams of one order of a target of this shape; symmetrised once, after they were added."""
    total: Any = np.zeros(shape)
    for weight, diagram in diagrams:
        if not diagram.operands:
            total = total + weight * (np.eye(shape[0]) if shape else 1.0)
            continue
        operands = [cumulants[len(letters)] for letters in diagram.operands]
        if any(value is None for value in operands):
            continue
        total = total + weight * _contracted(diagram, operands)
    out: Floats = np.asarray(total, dtype=np.float64)
    return symmetric(out)


def symmetric(value: Floats) -> Floats:
    """The mean of a tensor over all orders of its indices."""
    if value.ndim < 2:
        return value
    total = np.zeros_like(value)
    every = list(permutations(range(value.ndim)))
    for order in every:
        total += value.transpose(order)
    out: Floats = total / len(every)
    return out


def _contracted(diagram: Contraction, operands: Sequence[Any]) -> Floats:
    """Two operands at a time, each product of two a product of matrices: every letter is on one side, or a line."""
    parts = [_traced(letters, value) for letters, value in zip(diagram.operands, operands, strict=True)]
    for pair in _path(tuple(letters for letters, _ in parts), diagram.output, len(operands[0])):
        (some, left), (others, right) = (parts.pop(place) for place in sorted(pair, reverse=True))
        lines = [letter for letter in some if letter in others]
        ends = [some.index(letter) for letter in lines], [others.index(letter) for letter in lines]
        rest = "".join(letter for letter in some + others if letter not in lines)
        parts.append((rest, np.tensordot(left, right, axes=ends)))
    ((letters, value),) = parts
    return np.asarray(np.transpose(value, [letters.index(letter) for letter in diagram.output]), dtype=np.float64)


def _traced(letters: str, value: Any) -> tuple[str, Any]:
    """An operand without the lines that join it to itself."""
    rest = "".join(letter for letter in letters if letters.count(letter) == 1)
    return (rest, value) if rest == letters else (rest, np.einsum(f"{letters}->{rest}", value))


@lru_cache(maxsize=4096)
def _path(operands: tuple[str, ...], output: str, d: int) -> tuple[tuple[int, int], ...]:
    """Which two operands are contracted next, at the end of the list then, so that few multiplications are made."""
    if len(operands) == 1:
        return ()
    shapes = [np.broadcast_to(0.0, (d,) * len(letters)) for letters in operands]
    # Without a limit of its own no intermediate would be larger than the largest operand.
    found = np.einsum_path(f"{','.join(operands)}->{output}", *shapes, optimize=("greedy", _LARGEST))[0]
    return tuple((pair[0], pair[1]) for pair in found[1:])
