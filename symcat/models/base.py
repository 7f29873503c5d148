"""What every class offers, and the records it answers with. Pure mathematics: no database, no files.

A class is asked in the same way wherever an answer is wanted: of one table or of a million groups, of averages that a
user states, of one column given the others, of couplings that the analog device has found. So everything else (groups,
targets, lookups, evidence, printing, verification) is written once, against what is here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.needs import Needs
from symcat.data.schema import Kind, Schema
from symcat.data.states import States
from symcat.errors import SymcatError
from symcat.models.piecewise import PiecewisePolynomial

Floats = NDArray[np.float64]
Parameters = Mapping[str, Any]
Center = Floats | Literal["mean"] | None
"""Where the symmetry is centred: a known point (d,), the sample mean, or None for the maximum-likelihood centre."""

Weight = Literal["told", "deciding"]
"""What a failed check does: it is only told, or it rules the class out unless that was asked for alone."""

Source = Literal["exact", "catalogue", "correction", "learned", "analog"]
"""How an answer was found: by a formula, a finite sum or an integral carried to rounding; read from the catalogue's
table; by a series of the catalogue with a check; from what was learned before; by the analog device."""

LinearFamily = Literal["gaussian", "logistic"]
"""What the target of a conditional model is drawn from, by its name among generalised linear models."""

Entry = tuple[tuple[int, ...], tuple[int, ...] | str]
"""A free number of a parameter: its index in the array, and the columns it belongs to, or what it is in words."""

ANSWERED = 0


@dataclass(frozen=True)
class Options:
    """What may be asked of a class beyond its label and its columns; ``Model.takes`` says which of them it understands.

    ``prior`` is the weight, in rows, of one that is spread evenly over all states: ``"weak"`` adds a single such row
    where the maximum of the likelihood is infinite and none elsewhere, a number is always added, None refuses.
    ``interactions`` are sets of columns that are coupled beyond the class's own. ``basis`` says whether the parameters
    of two-valued columns multiply -1 and +1 (``"spin"``) or 0 and 1 (``"binary"``). ``parts`` are the labels of the
    classes that a composite class is made of, one for each of its ``blocks``. ``seed`` is of the random numbers of a
    check.
    """

    prior: float | Literal["weak"] | None = "weak"
    interactions: tuple[tuple[int, ...], ...] = ()
    basis: Literal["spin", "binary"] = "spin"
    parts: tuple[str, ...] = ()
    seed: int = 0

    @property
    def higher(self) -> tuple[tuple[int, ...], ...]:
        """Interactions of three columns or more: the product of each set is a further column of the statistics."""
        return tuple(chosen for chosen in self.interactions if len(chosen) > 2)


# --- what the catalogue lends to a class -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    """The catalogue's entry of one class as numbers: its functions of the reduced statistic and their coverage."""

    quantities: Mapping[str, PiecewisePolynomial]
    lo: float
    hi: float
    below: str
    above: str


@dataclass(frozen=True)
class Term:
    """One term of a series of the catalogue: ``weight(N)`` times the monomial ``diagram``."""

    target: str
    order: int
    diagram: str
    subscripts: str | None
    numerator: tuple[int, ...]  # ascending powers of N
    denominator: tuple[int, ...]

    def weight(self, dimension: int = 1) -> Fraction:
        """The exact coefficient in N dimensions."""
        top, bottom = (
            sum(c * dimension**k for k, c in enumerate(powers)) for powers in (self.numerator, self.denominator)
        )
        return Fraction(top, bottom)


class Tables(Protocol):
    """Where a class reads its entry from: the catalogue, or nothing where only formulas are used."""

    def table(self, entry: str, size: int | None = None) -> Table:
        """The table of an entry, of one size where it has several. Raises NoEntry if there is none."""

    def terms(self, entry: str) -> Sequence[Term]:
        """The series of an entry, in order. Raises NoEntry for an unknown entry."""

    def sizes(self, entry: str) -> Sequence[int]:
        """Sizes an entry has a table for, 0 for the infinite one; none where it answers for every size alike."""


# --- what a fit says -------------------------------------------------------------------------------------------------


class Fault(str):
    """A reason that lies with the data, not with the class: a sentence of its own, with cause and cure."""

    __slots__ = ()


@dataclass(frozen=True)
class Coverage:
    """Where an entry was read: the name of the reduced statistic, and the range in which there is an answer."""

    statistic: str  # its values are in ``Fit.statistics``
    lo: float
    hi: float


@dataclass(frozen=True)
class Regression:
    """What a conditional model reports beside its coefficients; arrays (G,), None where it has no such number.

    ``link`` is the transform of the target's mean that is linear in the other columns. The t-values of coefficients
    have Student's law with ``degrees_of_freedom``; a normal one where these are infinite.
    """

    target: int  # position among the columns
    link: Literal["identity", "logit"]
    degrees_of_freedom: Floats
    residual_standard_deviation: Floats | None = None
    r_squared: Floats | None = None
    condition_number: Floats | None = None

    @property
    def family(self) -> LinearFamily:
        """The family of generalised linear models with this link (McCullagh & Nelder 1989)."""
        return "gaussian" if self.link == "identity" else "logistic"


@dataclass(frozen=True)
class Fit:
    """Maximum-likelihood fits of one class to a batch of G groups; every array has the leading axis G.

    ``standard_errors`` is empty where the number of rows is not known.
    ``reason[g]`` is 0 where group g is answered, else an index into ``reasons``; refused groups hold NaN.
    ``shown`` are names of statistics that a reader of the answer wants beside the parameters.
    """

    label: str
    count: Floats
    parameters: dict[str, Floats]
    standard_errors: dict[str, Floats]
    log_partition: Floats
    log_likelihood: Floats
    n_parameters: int
    statistics: dict[str, Floats]
    reason: NDArray[np.signedinteger[Any]]
    reasons: tuple[str, ...] = ("",)
    source: Source = "exact"
    log_structures: float = 0.0  # log of how many arrangements of its couplings a class has chosen among
    note: str = ""  # of a batch of one, in words: how the answer was found, where there are several ways
    information: Floats | None = None  # (1, K, K) of a batch of one, Fisher's of a row, where the errors need it again
    coverage: Coverage | None = None
    regression: Regression | None = None
    shown: tuple[str, ...] = ()
    parts: tuple[Fit, ...] = ()  # of a composite class, the fits of its blocks
    joint: Fit | None = None  # of a conditional model, that of the joint class which implies it
    checks: tuple[CheckResult, ...] = ()  # of a class of rows, those made while the rows were at hand

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
    """One test of the fitted class against what it was not fitted to, in each of G groups.

    ``made`` says in which groups it was made: those with rows enough, None for all. ``detail(g)`` says in words what
    was compared in group g. Where no p-value decides, ``verdict`` does.
    """

    name: str
    statistic: Floats
    p_value: Floats
    detail: Callable[[int], str]
    level: float = 1e-3
    weight: Weight = "deciding"
    verdict: NDArray[np.bool_] | None = None
    made: NDArray[np.bool_] | None = None

    @classmethod
    def single(
        cls,
        name: str,
        statistic: float,
        p_value: float,
        detail: str,
        *,
        level: float = 1e-3,
        weight: Weight = "deciding",
        verdict: bool | None = None,
    ) -> CheckResult:
        """A check of a batch of one, from plain numbers."""
        decided = None if verdict is None else np.array([verdict])
        return cls(name, np.array([statistic]), np.array([p_value]), lambda _: detail, level, weight, decided)

    @property
    def passed(self) -> NDArray[np.bool_]:
        """(G,) whether it does not reject; true where it was not made."""
        passed = ~(self.p_value < self.level) if self.verdict is None else self.verdict
        return np.asarray(passed if self.made is None else passed | ~self.made, dtype=np.bool_)


@dataclass(frozen=True)
class Observed:
    """What the pass over the data has left of it, for the checks of a fit.

    Of many groups there are moments alone: checks that need rows are not made there, and the answer says so.
    """

    moments: Moments  # G groups
    sample: Floats | None = None  # (m, d) random rows of a batch of one
    states: States | None = None  # distinct rows of the two-valued columns of a batch of one, where they are few

    def part(self, positions: Sequence[int]) -> Observed:
        """What is left of some of the columns; the states only if they are those of exactly these columns."""
        sample = None if self.sample is None else self.sample[:, list(positions)]
        states = self.states if self.states is not None and self.states.dimension == len(positions) else None
        return Observed(self.moments.part(positions), sample, states)


@dataclass(frozen=True)
class Facts:
    """What a reader of the answer is told of a class."""

    title: str
    symmetry: str


@dataclass(frozen=True)
class Replay:
    """One data check that a user can repeat: what was recomputed, at how many points, and the largest residual."""

    check: str
    points: int
    residual: float
    bound: float


# --- the protocol ----------------------------------------------------------------------------------------------------


class Model(Protocol):
    """A class for the columns of one schema, made by its family with its options and the catalogue's tables.

    The flow is the same for each: averages of the data are reduced to a point of the table or of a formula, that is
    read, and the parameters are restored to the units of the data. ``fit`` does the three, for a batch.
    """

    label: str
    schema: Schema
    facts: Facts
    needs: Needs  # averages that the fit reads
    check_needs: Needs  # averages that its checks read besides
    check_rows: int  # rows of a group below which it makes no check that reads these
    takes: frozenset[str]  # names of the question's options that mean something to it: "center", "prior", ...
    full_rank: bool  # whether it has no answer for columns that depend linearly on each other, or fewer rows than these
    blocks: tuple[tuple[int, ...], ...]  # of a composite class: the columns whose own classes it is made of

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Parameters of every group in the units of the data, with model-based standard errors."""

    def completed(self, fit: Fit, observed: Observed) -> Fit:
        """The fit with what only rows tell, such as the likelihood of one column given the others."""

    def robust_standard_errors(self, fit: Fit, blocks: Moments, center: Center = None) -> dict[str, Floats]:
        """Sandwich errors (1, ...) of a batch of one, from averages over consecutive blocks of rows; {} if unknown."""

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """What the fit did not use of the data against what it says of it, in every group."""

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at encoded rows (m, d): two-valued columns as -1 and +1.

        Of a conditional model: of the target given the other columns.
        """

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent encoded rows. Raises SymcatError for a conditional model, which says nothing of others."""

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns. Raises SymcatError where there is none."""

    def formula(self, parameters: Parameters) -> str:
        """F in one line of text, in the names of the parameters; every parameter occurs in it."""

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """The free numbers of a parameter, each once: a symmetric matrix by its upper triangle, no zeros by
        construction."""

    def conditional(self, target: int) -> Model | None:
        """The model of one column given the others that this class implies; None where it implies none of use."""

    def corrected(self, moments: Moments, refused: Fit) -> Fit | None:
        """Of a class whose sums are out of reach: the fit by the series of its entry, judged against the averages.

        ``refused`` is the fit that had no answer. None where the entry has no series for such data.
        """

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """Of a conditional model: (m,) means of the target at encoded rows (m, d - 1) of the other columns."""


class Class:
    """What a class has unless it says otherwise; every class derives from it, none overrides another's method."""

    check_needs = Needs()
    check_rows = 0
    takes: frozenset[str] = frozenset()
    full_rank = False
    blocks: tuple[tuple[int, ...], ...] = ()

    def completed(self, fit: Fit, observed: Observed) -> Fit:
        """The fit as it is: averages say all of it."""
        return fit

    def conditional(self, target: int) -> Model | None:
        """No conditional model."""
        return None

    def corrected(self, moments: Moments, refused: Fit) -> Fit | None:
        """No series."""
        return None

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """Raises SymcatError: nothing is the target."""
        raise SymcatError("There is no target to predict: solve with target='column'.")


class Composite(Model, Protocol):
    """A class made of the classes of its ``blocks``, which are weighed by themselves first."""

    def composed(self, parts: Sequence[Model]) -> Model:
        """The class whose blocks are of these classes, in order."""


class RowsModel(Model, Protocol):
    """A class whose maximum needs the rows once more. It is asked only where no class of averages answers."""

    def fit_rows(self, rows: Iterable[Floats], moments: Moments, center: Center = None, *, ordered: bool) -> Fit:
        """The fit of a batch of one from all its complete encoded rows, in batches; robust errors are in
        ``Fit.statistics`` under ``robust <parameter>``. ``ordered`` says whether they come in the order of the data."""


@dataclass(frozen=True)
class Averages:
    """Averages that a user stated by name, as the moments that a class reads."""

    moments: Moments
    schema: Schema
    batch: bool  # whether they were arrays with a leading axis of groups


class Family(Protocol):
    """The classes of one folder of ``models``. A family is found by its folder, or registered."""

    name: str
    labels: tuple[str, ...]  # of all members in the order to be listed; ``o{N}.quartic`` stands for one of each N
    entries: tuple[str, ...]  # its folders of the catalogue

    def canonical(self, label: str) -> str | None:
        """The permanent label that ``label`` stands for, None if it is not of this family."""

    def kinds(self, label: str) -> frozenset[Kind]:
        """The kinds of column that a member describes: columns are read so where only it is asked for."""

    def entry(self, label: str) -> str:
        """The folder of the catalogue that answers for a member."""

    def candidates(self, schema: Schema) -> tuple[str, ...]:
        """The distinct members that describe these columns and are weighed where none is named."""

    def model(self, label: str, schema: Schema, options: Options, tables: Tables) -> Model | None:
        """A member for these columns; None where it does not describe them."""

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | None, columns: Sequence[str] | None
    ) -> Averages:
        """The averages that ``lookup`` was given by name. InvalidData for missing, unknown or impossible ones."""

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        """Data checks of an entry: parameters read at random points against sums that know no table, and whether the
        table spans its coverage."""


# --- helpers that every class uses -----------------------------------------------------------------------------------


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

    reasons = tuple(dict.fromkeys(text for fit in fits for text in fit.reasons))
    place = {text: k for k, text in enumerate(reasons)}
    reason = [np.array([place[text] for text in fit.reasons], dtype=np.int16)[fit.reason] for fit in fits]
    return replace(
        first,
        count=joined("count"),
        parameters=joined_values("parameters"),
        standard_errors=joined_values("standard_errors"),
        log_partition=joined("log_partition"),
        log_likelihood=joined("log_likelihood"),
        statistics=joined_values("statistics"),
        reason=np.concatenate(reason),
        reasons=reasons,
        information=None,
        regression=None if first.regression is None else _joined_regressions([fit.regression for fit in fits]),
        parts=tuple(concatenate_fits(parts) for parts in zip(*(fit.parts for fit in fits), strict=True)),
        joint=None if first.joint is None else concatenate_fits([fit.joint for fit in fits if fit.joint is not None]),
    )


def merged_fits(fit: Fit, other: Fit) -> Fit:
    """Fits of the same groups by one class: those of ``fit`` where it has an answer, else those of ``other``."""
    mine = fit.answered

    def either(a: Floats, b: Floats) -> Floats:
        return np.where(mine.reshape(-1, *(1,) * (a.ndim - 1)), a, b)

    def all_of(name: str) -> dict[str, Floats]:
        ours, theirs = getattr(fit, name), getattr(other, name)
        return {key: either(ours[key], theirs[key]) if key in ours else theirs[key] for key in theirs}

    return replace(
        other,
        parameters=all_of("parameters"),
        standard_errors=all_of("standard_errors"),
        log_partition=either(fit.log_partition, other.log_partition),
        log_likelihood=either(fit.log_likelihood, other.log_likelihood),
        statistics=all_of("statistics"),
        reason=np.where(mine, ANSWERED, other.reason),
        information=None,
    )


def _joined_regressions(found: Sequence[Regression | None]) -> Regression | None:
    present = [one for one in found if one is not None]

    def joined(name: str) -> Any:
        values = [getattr(one, name) for one in present]
        return None if values[0] is None else np.concatenate(values)

    names = ("degrees_of_freedom", "residual_standard_deviation", "r_squared", "condition_number")
    return replace(present[0], **{name: joined(name) for name in names})


def refused_fit(label: str, count: Floats, reason: str) -> Fit:
    """No answer in any group, and why."""
    nothing = np.full(len(count), np.nan)
    return Fit(label, count, {}, {}, nothing, nothing, 0, {}, np.ones(len(count), dtype=np.int8), ("", reason))


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


def symmetric_entries(shape: Sequence[int], columns: Sequence[int], *, diagonal: bool = True) -> list[Entry]:
    """Entries of a symmetric array over the same ``columns`` on every axis: each multiset of indexes once."""
    return [
        (index, tuple(columns[i] for i in index))
        for index in np.ndindex(*shape)
        if all(a <= b if diagonal else a < b for a, b in pairwise(index))
    ]


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
