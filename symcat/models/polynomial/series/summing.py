"""The series added up order by order: partial sums, a Pade approximant, and what each leaves out.

The series are asymptotic: their terms fall and then grow, so that a sum ends before the smallest term, and the first
one left out says how far off it may be (Bender & Orszag 1978, section 3.5). Orders go in steps of two, h and g having
odd ones, K and u even ones, and each step is a power of e^2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.series.expansion import COUPLINGS, Orders
from symcat.models.polynomial.series.hermite import squared, tensors_of

Floats = NDArray[np.float64]

PADE = "Pade [1/1]"


@dataclass(frozen=True)
class Sum:
    """Tensors v_k (``hermite``) of a sum, and ``omitted``, those of what it is expected to leave out."""

    name: str
    tensors: dict[int, Floats]
    omitted: dict[int, Floats]


@dataclass(frozen=True)
class Series:
    """The v_k of each step (powers of e^2): ``steps[s]`` are the tensors of orders 2s - 1 and 2s, s counted from 1."""

    steps: Sequence[dict[int, Floats]]

    @classmethod
    def of(cls, orders: Mapping[str, Orders], highest: int) -> Series:
        """From the terms of h, K, g, u; the identity of K at order 0 is the Gaussian."""
        d = len(next(iter(orders["u"].values())))
        shapes = {name: (d,) * rank for name, rank in COUPLINGS.items()}
        steps = []
        for step in range(1, highest // 2 + 1):
            both = (2 * step - 1, 2 * step)
            found = {
                name: sum((orders[name][o] for o in both if o in orders[name]), start=np.zeros(shape))
                for name, shape in shapes.items()
            }
            _, tensors = tensors_of({**found, "K": found["K"] + np.eye(d)})
            steps.append(tensors)
        return cls(steps)

    @property
    def sizes(self) -> Floats:
        """Of each step, ``(sum_k |v_k|^2 / k!)^(1/2)``: times the square root of the rows, in standard errors."""
        return np.array([np.sqrt(squared(step)) for step in self.steps])

    @property
    def settled(self) -> int:
        """The number of steps until the smallest one."""
        sizes = self.sizes
        grows = np.flatnonzero(sizes[1:] >= sizes[:-1])
        return int(grows[0]) + 1 if len(grows) else len(sizes)

    def sums(self) -> list[Sum]:
        """The partial sums until the smallest step, the longest first, and a Pade approximant where there is one."""
        sizes, last = self.sizes, self.settled
        out = []
        for steps in range(last, 0, -1):
            kept = _added(self.steps[:steps])
            if steps < len(self.steps):
                omitted = self.steps[steps]
            else:  # as the step before it was to this one
                ratio = 1.0 if steps == 1 else float(sizes[-1] / sizes[-2])
                omitted = {k: ratio * v for k, v in self.steps[-1].items()}
            out.append(Sum(f"order {2 * steps}", kept, omitted))
        if last >= 3 and sizes[2] > 0.0:
            out.insert(1, self._pade(out[0]))
        return out

    def _pade(self, longest: Sum) -> Sum:
        """Of the first three steps of each two tensors of one parity: in the vector space that they span.

        Wynn's vector epsilon algorithm (1962), with the inverse v / v.v; in one column the Pade approximant itself.
        """
        tensors: dict[int, Floats] = {}
        first, second, third = self.steps[:3]
        for pair in ((1, 3), (2, 4)):
            of_second, of_third = (squared({k: one[k] for k in pair}) for one in (second, third))
            for k in pair:
                tensors[k] = first[k] + second[k]
                if of_second > 0.0 and 0.0 < of_third < of_second:
                    inverse = {j: third[j] / of_third - second[j] / of_second for j in pair}
                    tensors[k] = tensors[k] + inverse[k] / squared(inverse)
                else:
                    tensors[k] = tensors[k] + third[k]
        omitted = {k: tensors[k] - longest.tensors[k] for k in tensors}
        return Sum(PADE, tensors, omitted)


def _added(steps: Sequence[dict[int, Floats]]) -> dict[int, Floats]:
    return {k: np.sum([step[k] for step in steps], axis=0) for k in steps[0]}
