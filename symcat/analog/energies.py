"""Energies a device can be programmed with. All are ``U(x) = sum_k c_k phi_k(x)``: linear in their couplings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData

Floats = NDArray[np.float64]
Exponents = NDArray[np.int64]


@runtime_checkable
class Energy(Protocol):
    """What is sampled: ``P(x) ~ exp(-U(x) / temperature)``. R states are evaluated at once.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Device, Energy
    >>> class Ripples:
    ...     dimension = 1
    ...
    ...     def value(self, x):
    ...         return 0.5 * x[:, 0] ** 2 + np.cos(4.0 * x[:, 0])
    ...
    ...     def gradient(self, x):
    ...         return x - 4.0 * np.sin(4.0 * x)
    >>> isinstance(Ripples(), Energy)
    True
    >>> Device(seed=0).sample(Ripples(), n=10).flat.shape
    (640, 1)
    """

    @property
    def dimension(self) -> int:
        """Number of columns d of a state."""
        ...

    def value(self, x: Floats) -> Floats:
        """(R,) energies of the states (R, d)."""
        ...

    def gradient(self, x: Floats) -> Floats:
        """(R, d) derivatives at the states (R, d)."""
        ...


@dataclass(frozen=True)
class Quadratic:
    """``U = x'Ax / 2 - b'x``, A symmetric (d, d), b (d,).

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Quadratic
    >>> Quadratic(np.eye(2), np.array([1.0, 0.0])).value(np.array([[1.0, 1.0]]))
    array([0.])
    """

    matrix: Floats
    offset: Floats

    @property
    def dimension(self) -> int:
        return len(self.offset)

    def value(self, x: Floats) -> Floats:
        out: Floats = 0.5 * np.einsum("ri,ri->r", x @ self.matrix, x) - x @ self.offset
        return out

    def gradient(self, x: Floats) -> Floats:
        out: Floats = x @ self.matrix - self.offset
        return out


@dataclass(frozen=True)
class Polynomial:
    """``U = sum_k couplings[k] prod_j x_j ** exponents[k, j]`` over d real columns; exponents (K, d).

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Polynomial
    >>> well = Polynomial(np.array([[2], [4]]), np.array([-1.0, 0.5]))
    >>> well.value(np.array([[0.0], [1.0], [2.0]]))
    array([ 0. , -0.5,  4. ])
    """

    exponents: Exponents
    couplings: Floats

    def __post_init__(self) -> None:
        _arrays(self)

    @property
    def dimension(self) -> int:
        return int(self.exponents.shape[1])

    @property
    def spins(self) -> tuple[int, ...]:
        """None of its columns: they are real."""
        return ()

    def value(self, x: Floats) -> Floats:
        out: Floats = monomials(self.exponents, x) @ self.couplings
        return out

    def gradient(self, x: Floats) -> Floats:
        return _gradient(self.exponents, self.couplings, x)


@dataclass(frozen=True)
class Spins:
    """``U = sum_k couplings[k] prod_{i in sets[k]} s_i`` over d spins of +-1. Ising's ``F`` has couplings -h and -J.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Spins
    >>> pair = Spins.ising(np.zeros(2), np.array([[0.0, 0.5], [0.5, 0.0]]))
    >>> pair.sets
    ((0,), (1,), (0, 1))
    >>> pair.value(np.array([[1.0, 1.0], [1.0, -1.0]]))
    array([-0.5,  0.5])
    """

    dimension: int
    sets: tuple[tuple[int, ...], ...]
    couplings: Floats

    def __post_init__(self) -> None:
        couplings = np.array(self.couplings, dtype=np.float64)
        object.__setattr__(self, "couplings", couplings)
        if couplings.shape != (len(self.sets),) or not np.isfinite(couplings).all():
            raise InvalidData(f"{len(self.sets)} sets of spins need as many finite couplings, not {couplings.shape}.")
        for chosen in self.sets:
            if len(set(chosen)) != len(chosen) or not all(0 <= i < self.dimension for i in chosen):
                raise InvalidData(f"The set {chosen} does not name different spins of 0 to {self.dimension - 1}.")

    @classmethod
    def ising(cls, h: Floats, J: Floats) -> Spins:
        """``U = - sum_i h_i s_i - sum_{i<j} J_ij s_i s_j``; h (d,), J symmetric (d, d) with zero diagonal."""
        d = len(h)
        i, j = np.triu_indices(d, 1)
        sets = [(k,) for k in range(d)] + list(zip(i.tolist(), j.tolist(), strict=True))
        return cls(d, tuple(sets), -np.concatenate([np.asarray(h, dtype=float), np.asarray(J, dtype=float)[i, j]]))

    def value(self, x: Floats) -> Floats:
        out = np.zeros(len(x))
        for chosen, coupling in zip(self.sets, self.couplings, strict=True):
            out += coupling * x[:, list(chosen)].prod(axis=1)
        return out

    def gradient(self, x: Floats) -> Floats:
        """(R, d) what multiplies each spin, ``dU/ds_i``: half the cost of raising it from -1 to +1."""
        out = np.zeros_like(x, dtype=np.float64)
        for chosen, coupling in zip(self.sets, self.couplings, strict=True):
            for i in chosen:
                out[:, i] += coupling * x[:, [j for j in chosen if j != i]].prod(axis=1)
        return out


@dataclass(frozen=True)
class Mixed:
    """A polynomial over d columns of which ``spins`` hold +-1 only; exponents of spins are taken modulo two.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Mixed
    >>> tilted = Mixed(np.array([[1, 1], [0, 2]]), np.array([-1.0, 0.5]), spins=(0,))
    >>> tilted.value(np.array([[1.0, 2.0], [-1.0, 2.0]]))
    array([0., 4.])
    """

    exponents: Exponents
    couplings: Floats
    spins: tuple[int, ...]

    def __post_init__(self) -> None:
        _arrays(self)
        d = self.exponents.shape[1]
        if len(set(self.spins)) != len(self.spins) or not all(0 <= i < d for i in self.spins):
            raise InvalidData(f"The spins {self.spins} are not different columns of 0 to {d - 1}.")
        reduced = np.array(self.exponents)
        reduced[:, list(self.spins)] %= 2
        object.__setattr__(self, "exponents", reduced)

    @property
    def dimension(self) -> int:
        return int(self.exponents.shape[1])

    def value(self, x: Floats) -> Floats:
        out: Floats = monomials(self.exponents, x) @ self.couplings
        return out

    def gradient(self, x: Floats) -> Floats:
        """(R, d) derivatives; for a spin, what multiplies it."""
        return _gradient(self.exponents, self.couplings, x)


def monomials(exponents: Exponents, x: Floats) -> Floats:
    """(R, K) values of the monomials (K, d) at the states (R, d)."""
    out = np.ones((len(x), len(exponents)))
    for k, powers in enumerate(exponents):
        for j in np.flatnonzero(powers):
            factor = x[:, j]
            for _ in range(powers[j]):  # a power of numpy costs forty products
                out[:, k] *= factor
    return out


def _gradient(exponents: Exponents, couplings: Floats, x: Floats) -> Floats:
    out = np.zeros_like(x, dtype=np.float64)
    for j in range(exponents.shape[1]):
        present = np.flatnonzero(exponents[:, j])
        lowered = exponents[present].copy()
        lowered[:, j] -= 1
        out[:, j] = monomials(lowered, x) @ (couplings[present] * exponents[present, j])
    return out


def _arrays(energy: Polynomial | Mixed) -> None:
    """Check the exponents and couplings, and keep them as arrays."""
    powers, values = np.array(energy.exponents), np.array(energy.couplings, dtype=np.float64)
    if powers.ndim != 2 or not np.issubdtype(powers.dtype, np.integer) or (powers < 0).any():
        raise InvalidData("The exponents of a polynomial are an array (K, d) of integers that are not negative.")
    if values.shape != (len(powers),) or not np.isfinite(values).all():
        raise InvalidData(f"{len(powers)} monomials need as many finite couplings; given is the shape {values.shape}.")
    object.__setattr__(energy, "exponents", powers.astype(np.int64))
    object.__setattr__(energy, "couplings", values)


def sets_of(masks: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Sets of spins from bit masks: bit i stands for spin i."""
    return tuple(tuple(i for i in range(int(m).bit_length()) if int(m) >> i & 1) for m in masks)
