"""The fit of a hidden category to several real columns, over all their rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.data.moments import Moments
from symcat.models.base import Floats, Masses
from symcat.models.batches import refused_fit
from symcat.models.fit import Fit, Moves
from symcat.models.hidden.choice import Choice, chosen, free_numbers
from symcat.models.hidden.clouds import Clouds, bounded, climbed, factored
from symcat.models.hidden.clouds_newton import basis_of, free, maximum, scores
from symcat.models.hidden.newton import Slope
from symcat.models.hidden.resolution import fewest_rows, narrowest

MOST_FREE = 200
"""Numbers that are fitted: more components are not tried."""
FINE, COARSE = 2048, 512
"""Rows among which the number of components is chosen, and those of the search."""
MIDDLE = 8192
"""Rows over which the maximum is found first where there are many more."""

_FIRST, _SHORT, _KEPT = 4, 12, 5  # steps of EM that rank the starts, of all and of so many of them
_ROUND, _ROUNDS, _NEARLY = 10, 30, 0.1  # steps of EM in a round, rounds, and nats of a round that end them
_APART = 0.8  # of a spread, by which the halves of a component are moved along its longest axis
_PIECE = 1 << 13
_MOST_HELD = 1 << 24  # numbers kept in memory


@dataclass(frozen=True)
class _Standard:
    """All rows less their means, in units of the spreads, in pieces with what each counts."""

    rows: Masses
    center: Floats
    unit: Floats

    def __iter__(self) -> Iterator[tuple[Floats, Floats | None]]:
        for rows, counts in self.rows:
            for start in range(0, len(rows), _PIECE):
                some = slice(start, start + _PIECE)
                yield (rows[some] - self.center) / self.unit, counts[some]


@dataclass(frozen=True)
class CloudSearch:
    """Among rows (m, d) with what each counts; ``count`` are all rows."""

    fine: tuple[Floats, Floats]
    coarse: tuple[Floats, Floats]
    narrowest: Floats
    count: float

    @property
    def dimension(self) -> int:
        return int(self.fine[0].shape[1])

    @property
    def most(self) -> int:
        """Components that the rows allow, and the numbers to be fitted."""
        fewest = fewest_rows(self.dimension)
        return int(min(self.count / fewest, len(self.fine[0]) / fewest, (MOST_FREE + 1) / (fewest // 2)))

    def single(self) -> tuple[Clouds, float]:
        """One Gaussian."""
        x, counts = self.fine
        mean = counts @ x / counts.sum()
        covariance, _ = bounded(((x - mean) * counts[:, None]).T @ (x - mean) / counts.sum(), self.narrowest)
        found = Clouds(np.ones(1), mean[None], factored(covariance)[None])
        return found, log_likelihood(found, x, counts)

    def starts(self, latest: Clouds, size: int) -> list[Clouds]:
        """Each component in two along its longest axis, the largest also one within the other, and equal parts along
        the first axis of all rows."""
        out = []
        for k in range(len(latest)):
            _, vectors = np.linalg.eigh(latest.covariances[k])
            axis = latest.factors[k] @ (latest.factors[k].T @ vectors[:, -1])
            axis /= math.sqrt(float(vectors[:, -1] @ axis))  # one spread along the longest axis
            shrunk = latest.covariances[k] - _APART**2 * np.outer(axis, axis)
            out.append(self._two(latest, k, _APART * axis, (shrunk, shrunk)))
            out.append(self._two(latest, k, 0.0 * axis, (0.3 * latest.covariances[k], 1.7 * latest.covariances[k])))
        return [*out, self._parts(size)]

    def _two(self, latest: Clouds, k: int, away: Floats, covariances: tuple[Floats, Floats]) -> Clouds:
        w, m = latest.weights[k], latest.means[k]
        own, _ = bounded(np.stack(covariances), self.narrowest)
        return Clouds(
            np.append(np.delete(latest.weights, k), [0.5 * w, 0.5 * w]),
            np.concatenate([np.delete(latest.means, k, axis=0), [m - away, m + away]]),
            np.concatenate([np.delete(latest.factors, k, axis=0), factored(own)]),
        )

    def _parts(self, size: int) -> Clouds:
        x, counts = self.coarse
        _, vectors = np.linalg.eigh((x * counts[:, None]).T @ x)
        order = np.argsort(x @ vectors[:, -1], kind="stable")
        groups = [x[part] for part in np.array_split(order, size)]
        spread, _ = bounded(np.stack([np.cov(part.T, bias=True) for part in groups]), self.narrowest)
        return Clouds(np.full(size, 1.0 / size), np.stack([part.mean(axis=0) for part in groups]), factored(spread))

    def climbed(self, starts: list[Clouds]) -> list[tuple[float, Clouds]]:
        """After a few steps of EM; those that are not among the best after the first ones are left behind."""
        first = climbed(starts, *self.coarse, self.narrowest, _FIRST)
        best = sorted(first, key=lambda one: -one[0])[:_KEPT]
        return climbed([one for _, one in best], *self.coarse, self.narrowest, _SHORT - _FIRST)

    def maximum(self, start: Clouds, *, fine: bool) -> tuple[Clouds, float] | None:
        """Nearly, by steps of EM; its log-likelihood as that of all rows."""
        x, counts = self.fine if fine else self.coarse
        value, point = -math.inf, start
        for _ in range(_ROUNDS):
            clock.check()
            ((after, point),) = climbed([point], x, counts, self.narrowest, _ROUND)
            if after - value < _NEARLY:
                break
            value = after
        found = log_likelihood(point, x, counts)
        return point, found * self.count / float(counts.sum())

    def admissible(self, mixture: Clouds) -> bool:
        """Whether every component holds rows enough."""
        return bool((mixture.weights * self.count >= fewest_rows(self.dimension)).all())


def log_likelihood(clouds: Clouds, x: Floats, counts: Floats) -> float:
    """The log-likelihood of rows with what each counts."""
    _, terms = clouds.terms(x)
    top = terms.max(axis=0)
    value = float(counts @ (np.log(np.exp(terms - top).sum(axis=0)) + top))
    return value - 0.5 * int(x.shape[1]) * math.log(2.0 * math.pi) * float(counts.sum())


@dataclass(frozen=True)
class Found:
    """The mixture of standardised columns with the smallest BIC, and its derivatives over all rows."""

    clouds: Clouds
    slope: Slope
    held: NDArray[np.bool_]  # which covariances the resolution of the data holds
    choice: Choice[Clouds]


def searched(rows: Masses, sample: Floats | None, count: float, center: Floats, spread: Floats) -> Found | str:
    """Of encoded rows that count so much in all, less a centre (d,) and in units (d,) of about their spreads.

    ``sample`` (m, d) are some of them, at random, where they are many. In words why there is none.
    """
    d = len(center)
    fewest = fewest_rows(d)
    if count < 2 * fewest:
        return f"{2 * fewest} rows are needed for two components"
    if 2 * fewest // 2 - 1 > MOST_FREE:
        most = next(k for k in range(d, 0, -1) if fewest_rows(k) - 1 <= MOST_FREE)
        return f"of at most {most} columns, for which two components can be fitted"
    standard = _Standard(rows, center, spread)
    held = _in_memory(standard, count * d)
    every = held if held is not None and len(held[0]) <= FINE else None
    if every is None and sample is None:
        sample = next(iter(rows))[0]
    x = every[0] if every is not None else (np.asarray(sample) - center) / spread
    if every is None:
        some = np.random.default_rng(0).permutation(len(x))[:FINE]
        fine = x[some], np.full(len(some), count / len(some))
    else:
        fine = every
    few = np.random.default_rng(1).permutation(len(fine[0]))[:COARSE]
    coarse = fine[0][few], fine[1][few] * (count / fine[1][few].sum())
    columns = [np.unique(column) for column in x.T]
    if min(map(len, columns)) < 2:
        return "a column has a single value among the sampled rows"
    least = np.array([narrowest(column) for column in columns])
    search = CloudSearch(fine, coarse, least, count)
    pieces = standard if held is None else [held]
    middle = None if held is None or len(held[0]) < 2 * MIDDLE else _some(held, MIDDLE, count)
    for choice in chosen(search).ranked:
        start = choice.mixture.ordered
        if middle is not None:
            # A step over all rows takes long: a component that is lost over some is not followed over all of them.
            near = maximum(start, [middle], least, _NEARLY, middle)
            if near is None or not search.admissible(near[0]):
                continue
            start = near[0]
        found = maximum(start, pieces, least, 0.0, held if held is not None else fine)
        if found is not None and search.admissible(found[0]):
            return Found(*found, choice)
    return "the search for the maximum of the likelihood came to no end"


def fitted(label: str, rows: Masses, sample: Floats | None, moments: Moments) -> Fit:
    """The fit of a batch of one to all encoded rows; ``sample`` (m, d) of them, at random, where they are many."""
    d, center = moments.dimension, moments.mean[0]
    spread = np.sqrt(np.einsum("ii->i", moments.second[0]) - moments.first[0] ** 2) * moments.unit
    if not (spread > 0.0).all():
        return refused_fit(label, moments.count, "a column is constant, or its spread is lost to rounding")
    found = searched(rows, sample, float(moments.count[0]), center, spread)
    if isinstance(found, str):
        return refused_fit(label, moments.count, found)
    slope = found.slope
    moving = Moving(found.clouds, slope, free(found.clouds, found.held), center, spread)
    return Fit(
        label=label,
        count=moments.count,
        parameters={name: value[None] for name, value in moving.parameters.items()},
        standard_errors={name: value[None] for name, value in moving.errors.items()},
        log_partition=np.zeros(1),
        log_likelihood=np.array([slope.value - slope.count * float(np.log(spread).sum())]),
        n_parameters=free_numbers(len(found.clouds), d),
        statistics=found.choice.statistics,
        reason=np.zeros(1, dtype=np.int8),
        note=found.choice.words,
        moves=Moves(moving),
    )


def _some(rows: tuple[Floats, Floats], size: int, count: float) -> tuple[Floats, Floats]:
    """So many rows at random, counting as much as all."""
    chosen_rows = np.random.default_rng(2).permutation(len(rows[0]))[:size]
    x, counts = rows[0][chosen_rows], rows[1][chosen_rows]
    return x, counts * (count / counts.sum())


def _in_memory(standard: _Standard, numbers: float) -> tuple[Floats, Floats] | None:
    """All rows with what each counts; None where they are too many."""
    if numbers > _MOST_HELD:
        return None
    rows, counts = zip(*((r, np.ones(len(r)) if c is None else c) for r, c in standard), strict=True)
    return np.concatenate(rows), np.concatenate(counts)


@dataclass(frozen=True)
class Moving:
    """How far rows move the parameters: their scores through the inverse of the likelihood's own curvature."""

    clouds: Clouds
    slope: Slope
    free: NDArray[np.intp]
    center: Floats
    unit: Floats

    @cached_property
    def parameters(self) -> dict[str, Floats]:
        """In the units of the columns."""
        return {
            "weights": self.clouds.weights,
            "means": self.center + self.unit * self.clouds.means,
            "covariances": self.clouds.covariances * self.unit * self.unit[:, None],
        }

    @cached_property
    def inverse(self) -> Floats:
        """Of the curvature of the log-likelihood in the free coordinates."""
        return np.asarray(np.linalg.inv(-self.slope.hessian[np.ix_(self.free, self.free)]))

    @cached_property
    def jacobian(self) -> Floats:
        """(K + K d + K d d, free) of weights, means and covariances in the free coordinates of the search."""
        size, d = self.clouds.means.shape
        basis = basis_of(d)
        w, factors = self.clouds.weights, self.clouds.factors * self.unit[:, None]
        out = np.zeros((size * (1 + d + d * d), size, basis.size))
        out[:size, :, 0] = np.diag(w) - np.outer(w, w)
        deformed = np.einsum("kij,ajl,kml->kima", factors, basis.matrices, factors).reshape(size, d * d, -1)
        for k in range(size):
            out[size + k * d : size + (k + 1) * d, k, 1 : d + 1] = factors[k]
            start = size + size * d + k * d * d
            out[start : start + d * d, k, d + 1 :] = deformed[k]
        return np.asarray(out.reshape(len(out), -1)[:, self.free])

    @cached_property
    def errors(self) -> dict[str, Floats]:
        """By the observed information; none of a covariance that the data's resolution holds."""
        found = np.sqrt(np.einsum("ij,jk,ik->i", self.jacobian, self.inverse, self.jacobian))
        return {name: value[0] for name, value in self.named(found[None]).items()}

    def __call__(self, rows: Floats) -> dict[str, Floats]:
        score = scores(self.clouds, (rows - self.center) / self.unit)[:, self.free]
        return self.named(score @ self.inverse @ self.jacobian.T)

    def named(self, values: Floats) -> dict[str, Floats]:
        size, d = self.clouds.means.shape
        ends = np.cumsum([size, size * d])
        weights, means, covariances = np.split(values, ends, axis=1)
        n = len(values)
        return {
            "weights": weights,
            "means": means.reshape(n, size, d),
            "covariances": covariances.reshape(n, size, d, d),
        }
