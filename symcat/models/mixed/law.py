"""What the parameters of the classes of both kinds of column say of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import MINUS_PLUS, ZERO_ONE
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Options, Parameters
from symcat.models.family import Stated
from symcat.models.gaussian.law import GaussianLaw, central_of_normal
from symcat.models.ising import hypercube
from symcat.models.ising.law import IsingLaw
from symcat.models.law import Law

Floats = NDArray[np.float64]


class ConditionalLaw(Law):
    """Two-valued columns of a law of their own, and Gaussian columns given them.

    ``shares`` (2^p,) are of the states of the two-valued columns, ``means`` (2^p, k) those of the real ones in each.
    """

    def __init__(
        self,
        label: str,
        schema: Schema,
        spins: IsingLaw,
        shares: Floats,
        means: Floats,
        precision: Floats,
    ) -> None:
        super().__init__(label)
        self.at = schema.at("two-valued"), schema.at("real")
        self.spins, self.shares, self.means = spins, shares, means
        self.noise = GaussianLaw(label, np.zeros(len(precision)), precision)

    @cached_property
    def entropy(self) -> float:
        return self.spins.entropy + self.noise.entropy

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        mean = self.shares @ self.means
        apart = self.means - mean
        between = np.einsum("s,sa,sb->ab", self.shares, apart, apart)
        return {**self.spins.averages, "mean": mean, "covariance": self.noise.covariance + between}

    @cached_property
    def mean(self) -> Floats:
        return self._placed(self.spins.mean, self.shares @ self.means)

    def central(self, order: int) -> Floats:
        apart = self.means - self.shares @ self.means
        deviation = np.sqrt(np.diagonal(self.noise.covariance))
        real = sum(
            math.comb(order, k) * central_of_normal(k) * deviation**k * (self.shares @ apart ** (order - k))
            for k in range(order + 1)
        )
        return self._placed(self.spins.central(order), np.asarray(real))

    def _placed(self, two_valued: Floats, real: Floats) -> Floats:
        out = np.empty(len(two_valued) + len(real))
        out[list(self.at[0])], out[list(self.at[1])] = two_valued, real
        return out


class LevelsLaw(Law):
    """Discrete columns of a law of their own, and Gaussian noise of the real ones about what their levels say."""

    def __init__(self, label: str, levels: Law, precision: Floats) -> None:
        super().__init__(label)
        self.levels, self.noise = levels, GaussianLaw(label, np.zeros(len(precision)), precision)

    @cached_property
    def entropy(self) -> float:
        return self.levels.entropy + self.noise.entropy

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """Of the discrete columns, and the covariance of the real ones given these."""
        return {**self.levels.averages, "covariance": self.noise.covariance}


class ProductLaw(Law):
    """Independent blocks of columns: each at its positions, with its law."""

    def __init__(self, label: str, parts: Sequence[tuple[tuple[int, ...], Law]]) -> None:
        super().__init__(label)
        self.parts = parts

    @cached_property
    def entropy(self) -> float:
        return sum(law.entropy for _, law in self.parts)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        raise self.unknown("What it is looked up by, but for that of its parts,")

    @cached_property
    def mean(self) -> Floats:
        return self._placed([law.mean for _, law in self.parts])

    def central(self, order: int) -> Floats:
        return self._placed([law.central(order) for _, law in self.parts])

    def _placed(self, values: Sequence[Floats]) -> Floats:
        out = np.empty(sum(len(block) for block, _ in self.parts))
        for (block, _), own in zip(self.parts, values, strict=True):
            out[list(block)] = own
        return out


def read(label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
    """``precision`` (k, k) and ``coupling`` (p, k), and optionally ``h`` (p,), ``J`` (p, p) and ``mean`` (k,).

    The columns are the two-valued ones, then the real ones.
    """
    found = averages.numbers(label, given, ("precision", "coupling"), ("h", "J", "mean"), averages.FORWARDS)
    averages.check_finite(found)
    precision, coupling = np.atleast_2d(found["precision"]), np.atleast_2d(found["coupling"])
    p, k = coupling.shape if coupling.ndim == 2 else (0, 0)
    if p > hypercube.LARGEST:
        raise InvalidData(f"{hypercube.too_many(p)}: state the couplings of fewer.")
    names = tuple(columns) if columns is not None else tuple(f"x{i}" for i in range(p + k))
    averages.column_names(names, p + k)
    averages.check_symmetric("precision", precision, names[p:])
    values = {"h": np.zeros(p), "J": np.zeros((p, p)), "mean": np.zeros(k), **found}
    for name, shape in (("h", (p,)), ("J", (p, p)), ("mean", (k,))):
        if np.shape(values[name]) != shape and np.size(values[name]) != 1:
            raise InvalidData(
                f"{name} has shape {np.shape(values[name])}: with coupling {coupling.shape} pass {shape}."
            )
        values[name] = np.array(np.broadcast_to(values[name], shape))
    averages.check_symmetric("J", values["J"], names[:p])
    levels = ZERO_ONE if options.basis == "binary" else MINUS_PLUS
    parameters = {"h": values["h"], "J": values["J"] * (1.0 - np.eye(p)), "mean": values["mean"]}
    return Stated(
        Schema(names, (levels,) * p + (None,) * k), parameters | {"precision": precision, "coupling": coupling}
    )


def variables(states: int, binary: bool) -> Floats:
    """(2^p, p) all states of the two-valued columns, bit j of a state's number being column j."""
    bits = ((np.arange(states)[:, None] >> np.arange(states.bit_length() - 1)) & 1).astype(np.float64)
    return bits if binary else 2.0 * bits - 1.0


def log_integral(parameters: Parameters) -> float:
    """log of the integral of the real columns about their centre."""
    precision = np.asarray(parameters["precision"], dtype=np.float64)
    return GaussianLaw("", np.zeros(len(precision)), precision).log_partition
