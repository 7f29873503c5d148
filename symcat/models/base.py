"""What every symmetry class offers, and the records it answers with. Pure mathematics: no database, no files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments, Needs
from symcat.data.states import States
from symcat.models.piecewise import PiecewisePolynomial

Floats = NDArray[np.float64]
Parameters = Mapping[str, Any]
Center = Floats | Literal["mean"] | None
"""Where the symmetry is centred: a known point (d,), the sample mean, or None for the maximum-likelihood centre."""

Weight = Literal["told", "deciding", "required"]
"""What a failed check does: it is only told; it rules the class out unless it was asked for alone; or always."""

Source = Literal["closed_form", "catalogue", "correction", "analog"]
"""How an answer was found: by a formula, in the catalogue, by a series with a check, or by the analog device."""

ANSWERED = 0


@dataclass(frozen=True)
class Options:
    """What may be asked of a class beyond its label; a class takes what it understands.

    ``prior`` is the weight, in rows, of one that is spread evenly over all states: ``"weak"`` adds a single such row
    where the maximum of the likelihood is infinite and none elsewhere, a number is always added, None refuses.
    ``interactions`` are sets of columns that are coupled beyond the class's own. ``basis`` says whether the parameters
    multiply spins (-1, +1) or binary values (0, 1). ``spins`` are the positions of the two-valued columns of a mixed
    table. ``seed`` is of the random numbers of a check.
    """

    prior: float | Literal["weak"] | None = "weak"
    interactions: tuple[tuple[int, ...], ...] = ()
    basis: Literal["spin", "binary"] = "spin"
    spins: tuple[int, ...] = ()
    seed: int = 0

    @property
    def higher(self) -> tuple[tuple[int, ...], ...]:
        """Interactions of three columns or more: the product of each set is a further column of the statistics."""
        return tuple(chosen for chosen in self.interactions if len(chosen) > 2)


@dataclass(frozen=True)
class Table:
    """The catalogue's entry of one class as numbers: its functions of the reduced statistic and their coverage."""

    quantities: Mapping[str, PiecewisePolynomial]
    lo: float
    hi: float
    below: str
    above: str


@dataclass(frozen=True)
class Fit:
    """Maximum-likelihood fits of one class to a batch of G groups; every array has the leading axis G.

    ``standard_errors`` is empty where the number of rows is not known.
    ``reason[g]`` is 0 where group g is answered, else an index into ``reasons``; refused groups hold NaN.
    """

    label: str
    count: Floats
    parameters: dict[str, Floats]
    standard_errors: dict[str, Floats]
    log_partition: Floats
    log_likelihood: Floats
    n_parameters: int
    statistics: dict[str, Floats]
    reason: NDArray[np.int8]
    reasons: tuple[str, ...] = ("",)
    source: Source = "closed_form"
    log_structures: float = 0.0  # log of how many arrangements of its couplings a class has chosen among
    note: str = ""  # of a batch of one, in words: how the answer was found, where there are several ways
    information: Floats | None = None  # (1, K, K) of a batch of one, Fisher's of a row, where the errors need it again

    @property
    def bic(self) -> Floats:
        """(G,) Bayesian information criterion, ``k log n - 2 log L`` (Schwarz 1978).

        A class that has searched for the best arrangement of its couplings pays twice the log of how many there are
        (the extended criterion of Chen & Chen 2008, with gamma = 1); otherwise it would always find one.
        """
        return self.n_parameters * np.log(self.count) - 2.0 * self.log_likelihood + 2.0 * self.log_structures

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(G,) whether there is an answer."""
        answered: NDArray[np.bool_] = self.reason == ANSWERED
        return answered

    def why(self, group: int) -> str:
        """In words, why this group has no answer; empty where it has one."""
        return self.reasons[int(self.reason[group])]


@dataclass(frozen=True)
class CheckResult:
    """One test of the fitted class against the data it was not fitted to."""

    name: str
    statistic: float
    p_value: float
    detail: str
    level: float = 1e-3
    weight: Weight = "deciding"
    verdict: bool | None = None  # where no p-value decides

    @property
    def passed(self) -> bool:
        return not self.p_value < self.level if self.verdict is None else self.verdict


@dataclass(frozen=True)
class Observed:
    """What the pass over the data has left of it, for the checks of a fit."""

    moments: Moments  # a batch of one
    sample: Floats  # (m, d) random rows
    states: States | None = None  # of spins, where their distinct rows are few


@dataclass(frozen=True)
class Facts:
    """What a reader of the answer is told of a class."""

    title: str
    symmetry: str


class Density(Protocol):
    """What can be done with the parameters of a class once they are known."""

    label: str
    dimension: int
    facts: Facts

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats: ...

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats: ...

    def free_energy(self, parameters: Parameters, columns: Sequence[str]) -> Any: ...


class Model(Density, Protocol):
    """A symmetry class in a given number of columns.

    The flow is the same for each: averages of the data are reduced to a point of the table, the table is read there,
    and the parameters are restored to the data's units. ``fit`` does the three, for a batch.
    """

    needs: Needs  # of the fit
    check_needs: Needs  # of the checks, beyond those of the fit
    tabulated: bool
    table_size: int | None  # of its table, where a label has one for each size

    def fit(self, moments: Moments, center: Center, table: Table | None) -> Fit: ...

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center) -> dict[str, Floats]: ...

    def checks(self, fit: Fit, observed: Observed, center: Center) -> Sequence[CheckResult]: ...


def counted(moments: Moments) -> bool:
    """Whether the number of rows is known: averages looked up may come without it, and then have no errors."""
    return bool(np.isfinite(moments.count).any())


def concatenate_fits(fits: Sequence[Fit]) -> Fit:
    """One batch holding the groups of all ``fits`` of one class, in order."""
    first = fits[0]

    def joined(name: str) -> Any:
        return np.concatenate([getattr(fit, name) for fit in fits])

    def joined_values(name: str) -> dict[str, Floats]:
        return {key: np.concatenate([getattr(fit, name)[key] for fit in fits]) for key in getattr(first, name)}

    return Fit(
        label=first.label,
        count=joined("count"),
        parameters=joined_values("parameters"),
        standard_errors=joined_values("standard_errors"),
        log_partition=joined("log_partition"),
        log_likelihood=joined("log_likelihood"),
        n_parameters=first.n_parameters,
        statistics=joined_values("statistics"),
        reason=joined("reason"),
        reasons=first.reasons,
        source=first.source,
        log_structures=first.log_structures,
    )


def blank_refused(fit: Fit) -> Fit:
    """The fit with NaN wherever a group is refused."""
    refused = ~fit.answered
    if not refused.any():
        return fit

    def blank(values: Floats) -> Floats:
        kept = np.array(values)
        kept[refused] = np.nan
        return kept

    return replace(
        fit,
        parameters={name: blank(values) for name, values in fit.parameters.items()},
        standard_errors={name: blank(values) for name, values in fit.standard_errors.items()},
        log_partition=blank(fit.log_partition),
        log_likelihood=blank(fit.log_likelihood),
    )


def two_sided(z: float) -> float:
    """Two-sided p-value of a standard normal score."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def chi_square_tail(value: float, degrees: int) -> float:
    """Probability that a chi-square variable with ``degrees`` degrees of freedom exceeds ``value``."""
    if degrees == 1:
        return two_sided(math.sqrt(max(value, 0.0)))
    from scipy.special import chdtrc

    return float(chdtrc(degrees, value))


def fixed_center(center: Center, moments: Moments) -> Floats | None:
    """The centre as (G, d) when it needs no fit: the known point or the sample mean; None when it must be found."""
    if center is None:
        return None
    if isinstance(center, str):
        return moments.mean
    return np.broadcast_to(np.asarray(center, dtype=np.float64), moments.origin.shape)
