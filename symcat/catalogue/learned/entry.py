"""One solved problem: averages, the couplings that belong to them, and how the couplings follow when they change.

In an exponential family ``P = exp(-sum_a theta_a phi_a) / Z`` the derivatives of the averages with respect to the
couplings are the cumulants of the statistics phi: the second are Fisher's matrix, the third say where it stops to serve
(Barndorff-Nielsen, Information and Exponential Families, 1978, ch. 8-9).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.catalogue.learned.home import SCHEMA
from symcat.catalogue.learned.terms import Terms
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

MOST_THIRD = 40
"""Couplings up to which third cumulants are kept: 11480 numbers. An entry with more is only a starting point."""

_UNIT = 1e-9  # of the average of a square from 1
_ROUNDING = 1e-9  # of correlations
_DEPENDENT = 1e-12  # share of a term's variance that the terms before it do not explain


@dataclass(frozen=True, eq=False)
class Entry:
    """A point of the map from averages to couplings, with its derivatives, in canonical units.

    The statistics are in canonical order (``Terms``); the units of the columns are such that the averages of squares
    among them are 1. Raises InvalidData for wrong shapes, numbers that are not finite, other units, or statistics that
    depend on each other.
    """

    terms: Terms
    count: float  # rows behind the statistics
    statistics: Floats  # (K,) averages of the terms
    couplings: Floats  # (K,) theta of F = sum_a theta_a phi_a
    noise: Floats  # (K,) standard errors of the couplings from the emulation alone, at exactly these statistics
    fisher: Floats  # (K, K) covariance of the terms under the model, of one row
    third: Floats | None  # (K, K, K) third cumulants of the terms under the model; None beyond MOST_THIRD
    n_samples: float  # independent samples of the model behind ``fisher`` and ``third``; infinite if exact
    log_partition: float
    log_partition_error: float
    provenance: Mapping[str, Any] = field(default_factory=dict)  # what JSON can hold: seed, device, times, version

    def __post_init__(self) -> None:
        k = len(self.terms)
        shapes = {"statistics": (k,), "couplings": (k,), "noise": (k,), "fisher": (k, k), "third": (k, k, k)}
        for name, shape in shapes.items():
            values = getattr(self, name)
            if values is None:
                continue
            values = np.array(values, dtype=np.float64)
            if values.shape != shape or not np.isfinite(values).all():
                raise InvalidData(f"{name} of {self.label} must be finite numbers of shape {shape}.")
            object.__setattr__(self, name, values)
        if not (self.count > 0.0 and math.isfinite(self.count) and math.isfinite(self.log_partition)):
            raise InvalidData(f"count and log_partition of {self.label} must be finite, and count positive.")
        if not (np.all(self.noise >= 0.0) and 0.0 <= self.log_partition_error < math.inf):
            raise InvalidData(f"The errors of {self.label} must be finite and not negative.")
        if not self.n_samples > k:
            raise InvalidData(
                f"{self.n_samples} samples cannot tell the covariance of the {k} terms of {self.label}: draw more."
            )
        if np.any(np.abs(self.terms.scales(self.statistics) - 1.0) > _UNIT):
            raise InvalidData(f"{self.label} is not in canonical units: make it with Entry.of.")
        if not _positive(self.fisher):
            raise InvalidData(
                f"The Fisher matrix of {self.label} is not positive definite: its terms depend on each other."
            )
        # Only ascending indexes are kept in a file: what is written and read back is the same to the last digit.
        object.__setattr__(self, "fisher", _symmetric(self.fisher[_ascending(k, 2)], k, 2))
        if self.third is not None:
            object.__setattr__(self, "third", _symmetric(self.third[_ascending(k, 3)], k, 3))
        try:
            json.dumps(dict(self.provenance), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidData(f"provenance of {self.label} must be what JSON can hold: {error}.") from error

    @classmethod
    def of(
        cls,
        terms: Terms,
        *,
        count: float,
        statistics: Floats,
        couplings: Floats,
        noise: Floats,
        samples: Floats,
        n_samples: float,
        log_partition: float,
        log_partition_error: float,
        provenance: Mapping[str, Any] | None = None,
    ) -> Entry:
        """The entry of a solved problem, given in any units.

        ``samples`` (m, K) are the terms at m draws from the fitted model, of which ``n_samples`` count as independent;
        the other arguments are the fields of the same name. Raises InvalidData as the class does.
        """
        statistics = np.asarray(statistics, dtype=np.float64)
        scales = terms.scales(statistics)
        units = terms.units(scales)
        samples = np.asarray(samples, dtype=np.float64)
        if samples.ndim != 2 or samples.shape[1] != len(terms) or len(samples) < 2:
            raise InvalidData(f"samples must be at least two rows of the {len(terms)} terms of {terms.label}.")
        deviations = samples / units
        deviations -= deviations.mean(axis=0)
        return cls(
            terms,
            count=float(count),
            statistics=statistics / units,
            couplings=np.asarray(couplings) * units,
            noise=np.asarray(noise) * units,
            fisher=deviations.T @ deviations / len(deviations),
            third=third_cumulants(deviations) if len(terms) <= MOST_THIRD else None,
            n_samples=float(n_samples),
            log_partition=float(log_partition) - float(np.log(scales).sum()),
            log_partition_error=float(log_partition_error),
            provenance=dict(provenance or {}),
        )

    @property
    def label(self) -> str:
        return self.terms.label

    @cached_property
    def covariance(self) -> Floats:
        """(K, K) of the couplings fitted to one row: the inverse of Fisher's matrix."""
        spread = np.sqrt(np.diag(self.fisher))
        inverse: Floats = np.linalg.inv(self.fisher / np.outer(spread, spread)) / np.outer(spread, spread)
        return 0.5 * (inverse + inverse.T)

    @property
    def standard_errors(self) -> Floats:
        """(K,) of the couplings: of ``count`` rows and of the emulation together."""
        errors: Floats = np.sqrt(np.diag(self.covariance) / self.count + self.noise**2)
        return errors

    def record(self) -> dict[str, Any]:
        """The entry as JSON can hold it; of symmetric arrays, the elements with ascending indexes, row by row."""
        k = len(self.terms)
        return {
            "schema": SCHEMA,
            "label": self.label,
            "rigor": "sampled",
            "family": self.terms.family,
            "exponents": [list(term) for term in self.terms.exponents],
            "spins": list(self.terms.spins),
            "symmetry": self.terms.symmetry,
            "count": self.count,
            "statistics": self.statistics.tolist(),
            "couplings": self.couplings.tolist(),
            "standard_errors": self.standard_errors.tolist(),
            "noise": self.noise.tolist(),
            "fisher": self.fisher[_ascending(k, 2)].tolist(),
            "third": None if self.third is None else self.third[_ascending(k, 3)].tolist(),
            "n_samples": None if math.isinf(self.n_samples) else self.n_samples,
            "log_partition": self.log_partition,
            "log_partition_error": self.log_partition_error,
            "provenance": dict(self.provenance),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Entry:
        """What ``record`` has written. Raises ValueError, KeyError or TypeError for anything else."""
        if record["schema"] != SCHEMA:
            raise ValueError(f"it has schema {record['schema']}; this symcat reads {SCHEMA}")
        exponents = tuple(tuple(int(e) for e in term) for term in record["exponents"])
        terms = Terms(record["family"], exponents, tuple(int(j) for j in record["spins"]), record["symmetry"])
        if terms.label != record["label"]:
            raise ValueError(f"its label {record['label']} is not that of its terms, {terms.label}")
        samples, third = record["n_samples"], record["third"]
        return cls(
            terms,
            count=float(record["count"]),
            statistics=np.array(record["statistics"], dtype=np.float64),
            couplings=np.array(record["couplings"], dtype=np.float64),
            noise=np.array(record["noise"], dtype=np.float64),
            fisher=_symmetric(record["fisher"], len(terms), 2),
            third=None if third is None else _symmetric(third, len(terms), 3),
            n_samples=math.inf if samples is None else float(samples),
            log_partition=float(record["log_partition"]),
            log_partition_error=float(record["log_partition_error"]),
            provenance=dict(record["provenance"]),
        )


def _positive(fisher: Floats) -> bool:
    """Whether a matrix is symmetric and positive definite, with a margin for rounding."""
    variance = np.diag(fisher)
    if not (variance > 0.0).all():
        return False
    spread = np.sqrt(variance)
    correlation = fisher / np.outer(spread, spread)
    if np.abs(correlation - correlation.T).max() > _ROUNDING:
        return False
    try:
        factor = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return False
    return bool((np.diag(factor) ** 2 > _DEPENDENT).all())


def third_cumulants(deviations: Floats) -> Floats:
    """(K, K, K) averages of products of three columns of ``deviations`` (m, K), whose means are 0."""
    m, k = deviations.shape
    found = np.empty((k, k, k))
    for a in range(k):
        found[a] = (deviations * deviations[:, a : a + 1]).T @ deviations / m
    return found


@lru_cache(maxsize=8)
def _ascending(k: int, rank: int) -> tuple[NDArray[np.intp], ...]:
    """Indexes of the elements of a symmetric array whose indexes ascend, in lexicographic order."""
    if rank == 2:
        return np.triu_indices(k)
    grid = np.indices((k,) * rank).reshape(rank, -1)
    return tuple(grid[:, (np.diff(grid, axis=0) >= 0).all(axis=0)])


def _symmetric(values: Any, k: int, rank: int) -> Floats:
    """The symmetric array whose elements with ascending indexes are ``values``. Raises ValueError for others."""
    indexes = _ascending(k, rank)
    flat = np.array(values, dtype=np.float64)
    if flat.shape != indexes[0].shape:
        raise ValueError(f"it has {flat.size} elements of a symmetric array where {indexes[0].size} are needed")
    full = np.empty((k,) * rank)
    for axes in permutations(range(rank)):
        full.transpose(axes)[indexes] = flat
    return full
