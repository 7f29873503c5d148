"""``polynomial.quartic`` of 13 to 100 real columns with ``couplings="pairs"``: terms of one and two columns.

Its tensors would have millions of zeros; parameters are matrices of two columns (``form``). Two readings of the rows
give the averages of all terms, and everything else follows from these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import COUPLINGS_OF, Center, Entry, Options, Parameters
from symcat.models.batches import refused_fit
from symcat.models.fit import LOG_Z_ERROR, Fit, Observed
from symcat.models.polynomial import checks
from symcat.models.polynomial.polynomial import Polynomial
from symcat.models.polynomial.restoring import SINGULAR
from symcat.models.polynomial.wide.chains import GROUPS, Group
from symcat.models.polynomial.wide.form import NAMES, Pairs, averages
from symcat.models.polynomial.wide.settling import Settled, settled, whole
from symcat.models.polynomial.wide.spread import Fisher, variances
from symcat.models.polynomial.wide.wick import Gaussian, inner
from symcat.models.relaxation import Refusal

Floats = NDArray[np.float64]

MOST_COLUMNS = 100

_AT_ONCE = 8192
_COMPARED = 50_000  # rows by which the next moments are compared
_SWEEPS, _DRAWN_AT_ONCE = 12, 4096
_ROUNDS = 60
_SERIES = "its couplings follow from a series in the averages of all rows, tried where no class describes them"
_LOG_2_PI = math.log(2.0 * math.pi)
_COLUMNS = {"g_iij": (0, 0, 1), "u_iiij": (0, 0, 0, 1), "u_iijj": (0, 0, 1, 1)}


class WidePolynomial(Polynomial):
    """A quartic whose terms have at most two of many real columns."""

    full_rank = True
    one_by_one = True  # each group with its rows
    by_group = False

    def __init__(self, label: str, schema: Schema, options: Options) -> None:
        super().__init__(label, schema, options)
        self.takes = frozenset({COUPLINGS_OF})

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer from averages of two columns."""
        return refused_fit(self.label, moments.count, _SERIES)

    def corrected(
        self,
        observed: Observed,
        refused: Fit,
        center: Center = None,
        rows: Callable[[], Iterable[Floats]] | None = None,
    ) -> Fit | None:
        """By orders, from the averages of all rows; None of groups."""
        moments = observed.moments
        if moments.n_groups > 1:
            return None
        if rows is None:
            return refused_fit(self.label, moments.count, "its averages count every row as one; these have weights")
        found = fitted(self.label, rows, float(moments.count[0]), self.options.seed)
        return refused_fit(self.label, moments.count, found.reason) if isinstance(found, Refusal) else found

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at the rows of ``x`` (m, d), per unit volume of the columns."""
        y = x - np.atleast_1d(parameters["mean"])
        out: Floats = -Pairs.of_parameters(parameters).values(y) - log_partition
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) rows, each the end of a chain of its own that starts at a Gaussian near the law."""
        form, scale, gaussian = _near(Pairs.of_parameters(parameters))
        rest = Pairs(form.first, form.second - gaussian.inverse, form.third, form.fourth, form.crossed)
        out = np.empty((n, len(scale)))
        for start in range(0, n, _DRAWN_AT_ONCE):
            some = out[start : start + _DRAWN_AT_ONCE]
            group = Group(gaussian, rest, rng.standard_normal(some.shape), rng)
            for _ in range(_SWEEPS):
                group.sweep()
            some[:] = group.rows * scale
        return np.asarray(out + np.atleast_1d(parameters["mean"]))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        mean = np.atleast_1d(parameters["mean"])
        y = [sympy.Symbol(name, real=True) - sympy.Float(float(c)) for name, c in zip(columns, mean, strict=True)]
        terms = []
        for name in NAMES:
            value = np.asarray(parameters[name])
            for index, columns_of in self.entries(name, parameters):
                at = [int(j) for j in columns_of]
                times = math.prod(math.factorial(at.count(j)) for j in set(at))
                terms.append(sympy.Float(float(value[index]) / times) * sympy.prod([y[j] for j in at]))
        return sympy.Add(*terms)

    def formula(self, parameters: Parameters) -> str:
        """F in one line of text."""
        return (
            "sum h_i y_i + sum K_ij y_i y_j / 2 + sum g_iij y_i y_i y_j / (2 or, i = j, 6) + sum u_iiij y_i^3 y_j / "
            "(6 or, i = j, 24) + sum u_iijj y_i^2 y_j^2 / 4,   y = x - mean, each term once"
        )

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Each term once, with its columns."""
        d = len(self.schema)
        if name in ("mean", "h"):
            return [((i,), (i,)) for i in range(d)]
        if name == "K":
            return [((i, j), (i, j)) for i in range(d) for j in range(i, d)]
        pattern = _COLUMNS[name]
        pairs = [(i, j) for i in range(d) for j in range(d) if name != "u_iijj" or i < j]
        return [(pair, tuple(pair[k] for k in pattern)) for pair in pairs]


def fitted(label: str, rows: Callable[[], Iterable[Floats]], count: float, seed: int = 0) -> Fit | Refusal:
    """The fit of rows in batches (m, d), which are read twice; ``count`` is that of the rows before any sample."""
    read = _read(rows)
    if isinstance(read, Refusal):
        return read
    n, mean, scale, found, some = read
    d = len(mean)
    terms = Pairs.zero(d).count
    if n <= 2 * terms:
        return Refusal(f"{n:,} rows cannot determine {terms:,} couplings")
    if not np.linalg.eigvalsh(found.second)[0] > SINGULAR:
        return Refusal("a column is a combination of the others")
    gaussian = Gaussian(found.second)
    target = gaussian.wick(found)
    answer = settled(gaussian, target, n, seed)
    if isinstance(answer, Refusal):
        return answer
    return _restored(label, answer, gaussian, target, n, mean, scale, some, seed, sampled=n < count)


def _read(rows: Callable[[], Iterable[Floats]]) -> tuple[int, Floats, Floats, Pairs, Floats] | Refusal:
    """The number of rows, means, deviations, averages of standardised columns, and some of the rows less the mean."""
    n, total, square, origin = 0, 0.0, 0.0, None
    for batch in rows():
        origin = batch[0] if origin is None else origin
        away = batch - origin
        n, total, square = n + len(batch), total + away.sum(axis=0), square + (away * away).sum(axis=0)
    if origin is None:
        return Refusal("there are no rows")
    mean = origin + np.asarray(total) / n
    scale = np.sqrt(np.maximum(np.asarray(square) / n - (mean - origin) ** 2, 0.0))
    if not (scale > 0.0).all() or not (np.abs(4.0 * np.log10(scale)) < 280.0).all():
        return Refusal("a column has one value in all rows, or its values spread so that double precision ends")
    sums, kept, stride = Pairs.zero(len(mean)), [], max(1, n // _COMPARED)
    for batch in rows():
        kept.append(batch[::stride] - mean)
        for start in range(0, len(batch), _AT_ONCE):
            clock.check()
            y = (batch[start : start + _AT_ONCE] - mean) / scale
            sums = sums + averages(y) * (len(y) / n)
    left = sums.first  # of rounding
    again = np.sqrt(np.diagonal(sums.second) - left**2)
    second = (sums.second - np.outer(left, left)) / np.outer(again, again)
    found = Pairs(np.zeros(len(mean)), second, sums.third, sums.fourth, sums.crossed)
    return n, mean, scale, found, np.concatenate(kept)


def _restored(
    label: str,
    answer: Settled,
    gaussian: Gaussian,
    target: Pairs,
    n: int,
    mean: Floats,
    scale: Floats,
    some: Floats,
    seed: int,
    *,
    sampled: bool,
) -> Fit:
    """In the units of the data."""
    d, rng = len(mean), np.random.default_rng(seed)
    v, chains = answer.v, answer.last
    told = variances(Fisher(gaussian, chains.rows, chains.beside), rng)
    groups = zip(*(gaussian.monomials(one).parts for one in answer.deviations), strict=True)
    by_chance = [sum(part * part for part in parts) / (GROUPS * (GROUPS - 1)) for parts in groups]
    omitted = gaussian.monomials(answer.omitted).parts
    errors = Pairs(*(np.sqrt(a / n + b + c * c) for a, b, c in zip(told.parts, by_chance, omitted, strict=True)))
    np.fill_diagonal(errors.crossed, 0.0)
    constant = inner(v, gaussian.wick(Pairs.zero(d)))
    volume = float(np.log(scale).sum())
    normal = 0.5 * d * _LOG_2_PI + float(np.log(np.diagonal(gaussian.triangle)).sum()) + volume
    energy = 0.5 * d + inner(v, target)
    drawn = chains.rows[:: max(1, len(chains.rows) // 4096)] * scale
    return Fit(
        label=label,
        count=np.array([float(n)]),
        parameters={"mean": mean[None], **_batch(whole(gaussian, v).rescaled(scale))},
        standard_errors={"mean": np.zeros((1, d)), **_batch(errors.rescaled(scale))},
        log_partition=np.array([normal + answer.log_normalisation + constant]),
        log_likelihood=np.array([-n * (energy + normal + answer.log_normalisation)]),
        n_parameters=v.count,
        statistics={
            checks.ERROR: np.array([math.hypot(answer.left_out, answer.chance)]),
            LOG_Z_ERROR: np.array([answer.log_normalisation_error]),
            checks.NEXT: checks.scores(some, drawn, 6, np.ones(d, dtype=bool))[None],
        },
        reason=np.zeros(1, dtype=np.int8),
        source="correction",
        note=_note(answer, sampled),
    )


def _batch(of: Pairs) -> dict[str, Floats]:
    return {name: value[None] for name, value in of.parameters.items()}


def _note(answer: Settled, sampled: bool) -> str:
    added = f"further ones leave out {answer.left_out:.2g} of these on average and the chains add {answer.chance:.2g}"
    parts = [
        answer.course,
        f"{added}, which the errors include",
        "terms of one and two columns, the others zero",
    ]
    if answer.barrier < np.inf:
        parts.append(
            f"F falls again far outside the data, behind a barrier of {answer.barrier:.0f} nats: what lies there is "
            "left out"
        )
    if sampled:
        parts.append("from the random sample of rows that the statistics keep")
    return "; ".join(parts)


def _near(form: Pairs) -> tuple[Pairs, Floats, Gaussian]:
    """The form of columns scaled to variance about 1, the scale, and a Gaussian near the law.

    Its precision is the average of the second derivatives of F under itself (the Hartree approximation).
    """
    covariance = np.eye(len(form.first)) / np.maximum(np.abs(np.diagonal(form.second)), np.finfo(float).tiny)
    for _ in range(_ROUNDS):
        value, vector = np.linalg.eigh(form.second + 0.5 * form.traced(covariance)[1])
        value = np.maximum(value, 1e-3 * np.abs(value).max())
        covariance = 0.5 * (covariance + (vector / value) @ vector.T)
    scale = np.sqrt(np.diagonal(covariance))
    return form.rescaled(1.0 / scale), scale, Gaussian(covariance / np.outer(scale, scale))
