"""What a law may do that a group forbids: averages of monomials, which have names, and of waves, which see the rest.

Of every function, what counts is its value at a row less its mean over the images of the row: zero on average where the
law is invariant. Waves at random frequencies (Rahimi & Recht 2007) are the kernel mean in finitely many numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTHS = (0.35, 0.7)
"""Of the kernels: times the usual distance of two rows."""
WAVES = 64
"""Frequencies for each width."""
_DEGREES = ((3, 4), (10, 3), (40, 2))
"""Columns up to which monomials are taken to a degree; of more columns, the columns themselves and their squares."""


@dataclass(frozen=True)
class Departures:
    """Functions of standardised rows: monomials (exponents as multisets of columns), then waves.

    ``frequencies`` are (d, W), one width after the other.
    """

    monomials: tuple[tuple[int, ...], ...]
    frequencies: Floats
    waves: int = WAVES

    @classmethod
    def of(cls, dimension: int, rng: np.random.Generator, waves: int = WAVES) -> Departures:
        """Of so many columns, with so many waves of each width."""
        degree = next((k for most, k in _DEGREES if dimension <= most), 1)
        chosen = [m for k in range(1, degree + 1) for m in combinations_with_replacement(range(dimension), k)]
        if degree == 1:
            chosen += [(j, j) for j in range(dimension)]
        usual = np.sqrt(2.0 * dimension)
        frequencies = [rng.normal(size=(dimension, waves)) / (width * usual) for width in WIDTHS]
        return cls(tuple(chosen), np.concatenate(frequencies, axis=1), waves)

    @property
    def count(self) -> int:
        """F, of all functions."""
        return len(self.monomials) + 2 * int(self.frequencies.shape[1])

    @cached_property
    def parts(self) -> list[slice]:
        """Where the monomials of each degree stand among the functions."""
        degrees = [len(m) for m in self.monomials]
        first = [degrees.index(k) for k in sorted(set(degrees))]
        return [slice(a, b) for a, b in zip(first, [*first[1:], len(degrees)], strict=True)]

    @cached_property
    def kernels(self) -> list[slice]:
        """Where the waves of each width stand among the functions."""
        begin = len(self.monomials)
        return [slice(begin + 2 * self.waves * k, begin + 2 * self.waves * (k + 1)) for k in range(len(WIDTHS))]

    def names(self, variances: Floats, *, bounded: bool = False) -> list[str]:
        """Of the statistics that are made of them, where the variances (F,) say which can depart; or of the waves."""
        widths = [f"waves of width {width:g}" for width in WIDTHS]
        if bounded:
            return widths
        degrees = [
            f"averages of degree {len(self.monomials[part.start])}" for part in self.parts if variances[part].any()
        ]
        return [*widths, *degrees, "the strongest average"]

    def slopes(self, averages: Floats) -> Floats:
        """(d, F) averages of the derivatives by each column, from the averages (F,) of the functions."""
        out = np.zeros((len(self.frequencies), self.count))
        place = {m: k for k, m in enumerate(self.monomials)}
        for k, m in enumerate(self.monomials):
            for j, power in Counter(m).items():
                at = m.index(j)
                lower = (*m[:at], *m[at + 1 :])
                out[j, k] = power * (averages[place[lower]] if lower else 1.0)
        for k, part in enumerate(self.kernels):
            middle = part.start + self.waves
            frequencies = self.frequencies[:, self.waves * k : self.waves * (k + 1)]
            out[:, part.start : middle] = -frequencies * averages[middle : part.stop]
            out[:, middle : part.stop] = frequencies * averages[part.start : middle]
        return out

    def values(self, z: Floats) -> Floats:
        """(n, F) at standardised rows (n, d)."""
        out = np.empty((len(z), self.count))
        for part in self.parts:
            first, *others = np.array(self.monomials[part]).T
            product = z[:, first]
            for more in others:
                product *= z[:, more]
            out[:, part] = product
        for k, part in enumerate(self.kernels):
            # In single precision, which is quicker: the same function of a row whichever image of another it is.
            phase = (z @ self.frequencies[:, self.waves * k : self.waves * (k + 1)]).astype(np.float32)
            out[:, part.start : part.start + self.waves] = np.cos(phase)
            out[:, part.start + self.waves : part.stop] = np.sin(phase)
        return out


def in_words(monomial: Sequence[int], columns: Sequence[str]) -> str:
    """What the average of a monomial of standardised columns is called."""
    powers = sorted(Counter(monomial).items())
    names = [repr(columns[j]) for j, _ in powers]
    if len(powers) == 1:
        power = powers[0][1]
        return f"{_ALONE.get(power, f'power {power}')} of {names[0]}"
    if len(monomial) == 2:
        return f"correlation of {names[0]} and {names[1]}"
    return "average of " + " times ".join(
        name + (f"^{power}" if power > 1 else "") for name, (_, power) in zip(names, powers, strict=True)
    )


_ALONE = {1: "mean", 2: "variance", 3: "skewness", 4: "kurtosis"}
