"""``polynomial.quartic`` of more columns than are integrated over: the catalogue's series, judged by what it implies.

Third and fourth cumulants of the whitened columns go into the series order by order; the sum that is taken must confine
the columns, and imply the averages of the data within their errors. Fitted are the invariants of the most symmetric
group that the rows do not rule out, and all terms; of those that are answered the smaller BIC is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import COUPLINGS_OF, Center, Couplings, Options
from symcat.models.batches import refused_fit
from symcat.models.fit import LOG_Z_ERROR, Fit, Moves, Observed
from symcat.models.polynomial import checks, restoring
from symcat.models.polynomial.exact.bases import Basis, every_term, invariants
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.given_others import OfTarget
from symcat.models.polynomial.series.cumulants import Cumulants, cumulants_of, monomial_averages, projected
from symcat.models.polynomial.series.expansion import Expansion
from symcat.models.polynomial.series.hermite import DEGREE, Hermites, squared
from symcat.models.polynomial.series.judging import Judged, couplings_of_statistics, course, hill_of, judge
from symcat.models.polynomial.series.pairs import of_pairs, restricted, series_of
from symcat.models.polynomial.series.summing import Series
from symcat.models.relaxation import Refusal
from symcat.models.tables import Tables
from symcat.symmetry.invariance import Invariant, most_symmetric

Floats = NDArray[np.float64]

SERIES = "polynomial.quartic"
MOST_COLUMNS = 12
"""Of which all cumulants of order four are held."""

_TESTED, _TESTED_WORK, _TESTED_LEAST = 50_000, 1e10, 12
"""Rows, about, by which symmetries are tested, rows times squared terms, and rows for each term at least; what they
cannot rule out is weighed by BIC beside all terms."""
_HOPELESS = 5.0
"""Nats of the barrier of the lowest order, of all terms, below which nothing else is tried; and standard errors of a
coupling on average, from which on that are left out."""
_DRAWN = 4096
"""Rows of the model by which its next moments are compared."""
_SERIES = "its couplings follow from a series in the cumulants of all rows, tried where no class describes them"


class SeriesPolynomial(OfTarget):
    """A polynomial of degree four of more real columns than are integrated over, whose cumulants can be held."""

    full_rank = True
    one_by_one = True  # each group with its rows
    by_group = False

    def __init__(self, label: str, schema: Schema, options: Options, tables: Tables) -> None:
        super().__init__(label, schema, options)
        self.tables = tables
        self.takes |= {COUPLINGS_OF}

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
        """The series in the cumulants of all rows; None where the catalogue has none, or there are groups."""
        terms = self.tables.terms(self.label)
        moments = observed.moments
        if not terms or moments.n_groups > 1:
            return None
        if rows is None:
            return refused_fit(self.label, moments.count, "its cumulants count every row as one; these have weights")
        held = restoring.held(rows())
        if isinstance(held, Refusal):
            return refused_fit(self.label, moments.count, held.reason)
        sampled = len(held) < moments.count[0]
        found = fitted(
            self.label,
            held,
            center,
            Expansion.of(terms),
            couplings=self.options.couplings,
            seed=self.options.seed,
            sampled=sampled,
        )
        return refused_fit(self.label, moments.count, found.reason) if isinstance(found, Refusal) else found


def fitted(
    label: str,
    rows: Floats,
    center: Center,
    expansion: Expansion,
    *,
    couplings: Couplings = "all",
    seed: int = 0,
    sampled: bool = False,
) -> Fit | Refusal:
    """The fit of rows (n, d): the better by BIC of the most symmetric law that they do not rule out, and of all terms.

    With ``couplings="pairs"`` it is that of the terms of one and two columns, and no symmetry is looked for.
    ``seed`` is of the rows that are weighed, ``sampled`` says whether these are a sample of all rows.
    """
    terms = Terms.of(rows.shape[1], DEGREE)
    if len(rows) <= terms.dimension:
        return Refusal(f"{len(rows)} rows cannot determine the couplings of {terms.dimension} columns")
    unusable = restoring.unusable(rows, DEGREE)
    if unusable is not None:
        return unusable
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    known = not (center is None or isinstance(center, str))
    point = np.asarray(center, dtype=np.float64) if known else mean
    table = _Table(label, rows, sampled, terms, expansion, seed)
    nothing = Invariant.nothing(point, deviation)
    data = table.cumulants(nothing)
    if couplings == "pairs":
        return table.of_pairs(data, point)
    hopeless = _hopeless(series_of(data, expansion), data, terms.count - 1)
    if hopeless is not None:
        return hopeless
    tested = max(_TESTED_LEAST * terms.count, min(_TESTED, int(_TESTED_WORK / terms.count**2)))
    acting = most_symmetric(rows[:: max(1, len(rows) // tested)], point, deviation, known)
    every = table.fit(nothing, data, center_known=known)
    if acting.group.name == "none":
        return every
    fewer = table.fit(acting, table.cumulants(acting), center_known=known)
    answered = [one for one in (fewer, every) if not isinstance(one, Refusal)]
    return min(answered, key=lambda one: float(one.bic[0])) if answered else fewer


def _hopeless(series: Series, data: Cumulants, couplings: int) -> Refusal | None:
    """What no symmetry will mend, of the series of so many couplings."""
    sums = series.sums()
    hill = hill_of(sums[-1])
    if hill.height < _HOPELESS:
        return Refusal(hill.in_words)
    least = min(squared(one.omitted) for one in sums)
    errors = float(np.sqrt(data.count * least / couplings))
    if errors < _HOPELESS:
        return None
    return Refusal(
        f"the series does not settle before the statistical error: {course(series, data.count)}; it leaves out "
        f"{errors:.2g} standard errors of a coupling on average"
    )


@dataclass(frozen=True)
class _Table:
    """Rows (n, d) whose couplings are looked for."""

    label: str
    rows: Floats
    sampled: bool  # whether they are a sample of the rows
    terms: Terms
    expansion: Expansion
    seed: int

    def cumulants(self, acting: Invariant) -> Cumulants:
        """As a group has them."""
        averages, count = monomial_averages([self.rows], acting.center, acting.scale)
        return cumulants_of(projected(averages, acting, self.terms), count, acting.center, acting.scale)

    def fit(self, acting: Invariant, data: Cumulants, *, center_known: bool) -> Fit | Refusal:
        """The fit of the invariants of a group."""
        terms = self.terms
        if acting.group.name == "none":
            basis = every_term(data.axes, terms, acting.center)
        else:
            basis = _about_the_mean(invariants(data.axes, terms, acting, center_known=center_known), data, terms)
        return self._too_few(basis) or self._judged(series_of(data, self.expansion), data, basis)

    def of_pairs(self, data: Cumulants, center: Floats) -> Fit | Refusal:
        """The fit of the terms of one and two columns."""
        basis = of_pairs(data.axes, self.terms, center)
        too_few = self._too_few(basis)
        if too_few is not None:
            return too_few
        own, series = restricted(data, basis, self.expansion)
        return _hopeless(series, own, len(basis.statistics)) or self._judged(series, own, basis)

    def _too_few(self, basis: Basis) -> Refusal | None:
        n, couplings = len(self.rows), len(basis.statistics)
        return Refusal(f"{n} rows cannot determine {couplings} couplings") if n <= 2 * couplings else None

    def _judged(self, series: Series, data: Cumulants, basis: Basis) -> Fit | Refusal:
        found = judge(series, data, basis, self.seed)
        return found if isinstance(found, Refusal) else self._restored(found, data, basis)

    def _restored(self, judged: Judged, data: Cumulants, basis: Basis) -> Fit:
        """In the units of the data."""
        terms, rows, n, d = self.terms, self.rows, data.count, self.terms.dimension
        hermites, found = Hermites.of(d), judged.found
        coupled = hermites.entries(judged.sum.tensors) / hermites.norms
        theta = hermites.in_monomials(judged.sum.tensors)  # of F in z, whose Gaussian part comes to it
        theta[(terms.exponents.max(axis=1) == 2) & (terms.exponents.sum(axis=1) == 2)] += 0.5
        of_statistics = couplings_of_statistics(theta, basis)
        couplings = basis.back @ of_statistics
        log_z = 0.5 * d * np.log(2.0 * np.pi) + found.log_normalisation + data.axes.log_volume
        energy = 0.5 * d + float(coupled @ data.hermite)
        constant = float(theta[0] - of_statistics @ basis.statistics[:, 0] + couplings[0])
        left_out = np.maximum(*(np.abs(basis.back @ one) for one in (judged.step, judged.omitted)))
        truncation = restoring.tensors(terms, left_out[None])
        errors = restoring.errors(basis, terms, judged.fisher_inverse / n, rows)
        back = np.linalg.inv(data.axes.matrix).T
        drawn = found.drawn(_DRAWN, np.random.default_rng(self.seed)) @ back
        compared = np.ones(d, dtype=bool)
        return Fit(
            label=self.label,
            count=np.array([n]),
            parameters={"mean": basis.center[None], **restoring.tensors(terms, couplings[None])},
            standard_errors={
                name: np.hypot(value, truncation[name]) if name in truncation else value
                for name, value in errors.items()
            },
            log_partition=np.array([log_z + constant]),
            log_likelihood=np.array([-n * (energy + log_z)]),
            n_parameters=basis.n_parameters,
            statistics={
                checks.ERROR: np.array([judged.normalised_error]),
                LOG_Z_ERROR: np.array([found.log_normalisation_error]),
                checks.NEXT: checks.scores(rows - data.axes.origin, drawn, DEGREE + 2, compared)[None],
            },
            reason=np.zeros(1, dtype=np.int8),
            source="correction",
            note=self._note(judged, basis),
            moves=Moves(restoring.moving(data.monomials, n, basis, terms, judged.fisher_inverse), truncation),
        )

    def _note(self, judged: Judged, basis: Basis) -> str:
        found = judged.found
        parts = [
            f"{judged.sum.name} of the series: {judged.course}",
            f"it leaves out {judged.largest:.2g} standard errors of a coupling at most, which its errors include",
            f"averages met to {judged.normalised_error:.2g} of their errors",
            f"{len(found.rows):,} rows of a Gaussian were weighed, worth {found.effective:,.0f}",
        ]
        if basis.words:
            parts.append(basis.words)
        if judged.barrier < np.inf:
            parts.append(
                f"F falls again far outside the data, behind a barrier of {judged.barrier:.0f} nats: what lies there "
                "is left out"
            )
        if self.sampled:
            parts.append("from the random sample of rows that the statistics keep")
        return "; ".join(parts)


def _about_the_mean(basis: Basis, data: Cumulants, terms: Terms) -> Basis:
    """The same statistics in axes whose origin is the mean that the group leaves."""
    shift = basis.axes.matrix @ (data.axes.origin - basis.axes.origin)
    moved = terms.in_axes(np.eye(terms.dimension), shift) if shift.any() else np.eye(terms.count)
    return replace(basis, axes=data.axes, statistics=basis.statistics @ moved)
