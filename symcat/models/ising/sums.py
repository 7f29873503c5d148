"""Classes of two-valued columns that depend on a few sums of averages: from those to parameters with errors.

A class says which sums it depends on and how its couplings follow from them; the rest of a fit, and what it is tested
by, is here.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import WEAK, Center, counted
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Coverage, Fit, Observed
from symcat.models.ising import checks, existence, hypercube
from symcat.models.ising.checks import Farthest
from symcat.models.ising.newton import Maximum
from symcat.models.ising.spins import INFINITE, PairAverages, Spins, spin_averages

Floats = NDArray[np.float64]

PIECE = 1 << 20
"""Pair averages that are predicted at a time: bounds memory, and keeps them in cache."""


@dataclass(frozen=True)
class Place:
    """Where the averages of G groups lie in the table of an entry, for a class that has one."""

    inside: NDArray[np.bool_]  # (G,) whether the couplings are read from it
    outside: NDArray[np.int8]  # (G,) a reason where there is no answer because its coverage ends, else 0
    reasons: tuple[str, ...] = ()  # of a class alone, after ``INFINITE``
    statistics: dict[str, Floats] = field(default_factory=dict)  # (G,) by name, where it is read
    coverage: Coverage | None = None


class Ising(Spins):
    """Base of the classes whose couplings theta (G, K) follow from K sums of averages."""

    independent = False
    """Whether the columns are independent of each other, with the means of the data."""

    @abstractmethod
    def reduce(self, mean: Floats, pair: Floats) -> Floats:
        """(G, K) the sums of averages the class depends on, zero for coin tosses."""

    @abstractmethod
    def maximise(self, target: Floats) -> Maximum:
        """The couplings (G, K) whose averages are the target (G, K)."""

    @abstractmethod
    def implied(self, theta: Floats) -> PairAverages:
        """Means and pair averages of all columns under couplings theta (G, K)."""

    def forced(self, theta: Floats, seen: PairAverages) -> PairAverages:
        """The averages that the class says of data with the averages ``seen``."""
        return self.implied(theta)

    @abstractmethod
    def errors(self, solved: Maximum, target: Floats, count: Floats) -> Floats:
        """(G, K) one standard deviation of every parameter, in the basis asked for."""

    def place(self, target: Floats) -> Place:
        """Where the entry's table is read; nowhere for a class that is solved by formulas and sums alone."""
        return Place(np.zeros(len(target), dtype=bool), np.zeros(len(target), dtype=np.int8))

    def total_probabilities(self, theta: Floats) -> Floats | None:
        """(d + 1,) of the number of columns at +1 under couplings theta (K,); None where it would take long."""
        if self.dimension > hypercube.LARGEST:
            return None
        return hypercube.totals(self.probabilities(theta))

    def moved_by_prior(self, fit: Fit, moments: Moments) -> float | None:
        """Of a batch of one, how far the prior moved the parameters that the data determine, in standard errors."""
        return None

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return len(self.all_down)

    @property
    def totals_met(self) -> int:
        """How many powers of the number of columns at +1 have the averages of the data: the first, of their sum."""
        return 1

    @property
    def log_structures(self) -> float:
        """Log of the number of arrangements of couplings that a fit searches; 0 where they are given."""
        return 0.0

    # --- fitting ---------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Fields and couplings of every group, with model-based standard errors."""
        averages, count = spin_averages(moments), moments.count
        data = self.reduce(*averages)
        with np.errstate(all="ignore"):  # groups without a solution are told by their reason
            rows, reason = self.posed(averages, count)
            solved, target, rows = self._solve(data, count, rows, reason == 0)
            place = self.place(target)
            lost = (reason == 0) & ~solved.found
            reason[lost] = np.where(place.outside, place.outside, INFINITE)[lost]
            theta = self.in_basis(solved.theta)
            log_z = solved.log_z - (solved.theta @ self.all_down if self.zero_one else 0.0)
            log_likelihood = count * (np.einsum("gk,gk->g", solved.theta, data) - solved.log_z)
            errors = self.arrange(self.errors(solved, target, count + rows)) if counted(moments) else {}
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=self.arrange(theta),
                # A parameter that is tied to another has that one's error, whatever the sign.
                standard_errors={name: np.abs(value) for name, value in errors.items()},
                log_partition=log_z,
                log_likelihood=log_likelihood,
                n_parameters=self.n_free,
                statistics={**place.statistics, "m": averages.mean, "q": averages.pair, "prior_rows": rows},
                reason=reason,
                reasons=(*self.reasons(moments, reason), *place.reasons),
                source="catalogue" if place.inside.any() else "exact",
                log_structures=self.log_structures,
                information=solved.covariance if moments.n_groups == 1 else None,
                coverage=place.coverage,
                shown=("prior_rows",),
            )
        )

    def _solve(
        self, data: Floats, count: Floats, rows: Floats, ready: NDArray[np.bool_]
    ) -> tuple[Maximum, Floats, Floats]:
        """The maximum of every group that is ``ready``; once more with the prior where none was found without.

        Also the averages it has, and the rows of the prior.
        """

        def mixed(rows: Floats) -> Floats:
            """The averages with those of the prior's rows, which are zero, mixed in."""
            share = np.where(rows > 0.0, count / (count + rows), 1.0)
            return data * share[:, None]

        target = mixed(rows)
        found = Maximum.none(*data.shape)
        if ready.any():
            found = found.joined(ready, self.maximise(target[ready]))
        again = ready & ~found.found & (rows == 0.0) & (self.options.prior == "weak") & ~np.isnan(count)
        if again.any():
            again &= self.place(target).outside == 0
        if again.any():
            rows = np.where(again, WEAK, rows)
            target = mixed(rows)
            found = found.joined(again, self.maximise(target[again]))
        return found, target, rows

    # --- testing ---------------------------------------------------------------------------------------------------

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the maximum was finite, and what the fit did not use of the data against what it says of it."""
        found = []
        if (fit.answered & (fit.statistics["prior_rows"] > 0.0)).any():
            found.append(self._finite_maximum(fit, observed.moments))
        if self.symmetric and fit.answered.any():
            found.append(self._forced_averages(fit, observed.moments))
        # A class that is ruled out needs no second reason.
        if observed.moments.n_groups == 1 and all(check.passed[0] for check in found if check.weight != "told"):
            found += self._totals(fit, observed)
        return found

    def _finite_maximum(self, fit: Fit, moments: Moments) -> CheckResult:
        weak = self.options.prior == "weak"
        lacking = self.lacks(*spin_averages(moments), moments.count) | weak

        def never(group: int) -> str:
            one = moments.groups(slice(group, group + 1))
            if weak:
                return self.never(one) or "some states never occur"
            return existence.in_words(self.empty(*spin_averages(one), one.count), one.columns)

        def moved(group: int) -> float | None:
            return self.moved_by_prior(fit, moments) if moments.n_groups == 1 else None

        return checks.finite_maximum(fit.statistics["prior_rows"], fit.answered, lacking, never, moved)

    def _forced_averages(self, fit: Fit, moments: Moments) -> CheckResult:
        """In pieces of the groups that are answered, so that the predicted averages of all are never held at once."""
        d = self.dimension
        answered = np.flatnonzero(fit.answered)
        step = max(1, PIECE // d**2)
        worst = []
        for start in range(0, len(answered), step):
            chosen = answered[start : start + step]
            every = len(chosen) == moments.n_groups
            some = moments if every else moments.groups(chosen)
            mean, pair = spin_averages(some)
            seen = PairAverages(mean[:, :d], pair[:, :d, :d])
            parameters = {name: value if every else value[chosen] for name, value in fit.parameters.items()}
            worst.append(self.farthest(parameters, seen, some))
        return checks.forced_averages(worst, answered, moments.n_groups, moments.columns[:d])

    def farthest(self, parameters: dict[str, Floats], seen: PairAverages, moments: Moments) -> Farthest:
        """Of the averages ``seen`` in groups, the one that is farthest from what the class forces."""
        said = self.forced(self.from_basis(parameters), seen)
        return checks.farthest(seen, said, moments.count, independent=self.independent)

    def _totals(self, fit: Fit, observed: Observed) -> list[CheckResult]:
        theta = self.theta_of({name: value[0] for name, value in fit.parameters.items()})
        expected = self.total_probabilities(theta)
        counts = None if expected is None else checks.count_totals(observed, self.dimension)
        if expected is None or counts is None:
            return []
        return checks.totals(expected, counts, self.totals_met, "deciding" if self.symmetric else "told")
