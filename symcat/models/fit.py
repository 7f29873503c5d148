"""The records a class answers with: its fits of a batch of groups, and the checks of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from symcat.data.grouped import RowsOf
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.data.states import States
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

T = TypeVar("T")

Weight = Literal["told", "deciding", "always"]
"""What a failed check does: it is only told, or it rules the class out unless that was asked for alone, or always."""


Source = Literal["exact", "catalogue", "correction", "learned", "analog"]
"""How an answer was found: by a formula, a finite sum or an integral carried to rounding; read from the catalogue's
table; by a series of the catalogue with a check; from what was learned before; by the analog device."""


LinearFamily = Literal["gaussian", "logistic", "multinomial", "discriminant"]
"""What the target of a conditional model is drawn from, by its name among generalised linear models; a categorical one
may follow from a law of the others in each of its levels, a discriminant."""


_FAMILIES: dict[str, LinearFamily] = {
    "identity": "gaussian",
    "logit": "logistic",
    "softmax": "multinomial",
    "log density": "discriminant",
    "nonlinear": "gaussian",
}

ANSWERED = 0

LOG_Z_ERROR = "log_partition_error"
"""Among the statistics of a fit whose log Z is not known to rounding: its standard error."""

PRIOR_ROWS = "prior_rows"
"""Among the statistics of a fit with a prior: the rows that this added, for which it gives up likelihood."""

FINITE_MAXIMUM, AVERAGES_MATCH = "finite maximum", "averages match"
"""Names of checks that several families make."""


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

    ``link`` is the transform of the target's mean that is linear in the other columns, or says what it is instead. The
    t-values of coefficients have Student's law with ``degrees_of_freedom``; a normal one where these are infinite.
    """

    target: int  # position among the columns
    link: Literal["identity", "logit", "softmax", "log density", "nonlinear"]
    degrees_of_freedom: Floats
    residual_standard_deviation: Floats | None = None
    r_squared: Floats | None = None
    condition_number: Floats | None = None
    digits: Floats | None = None  # that rounding leaves of the largest coefficient in units of the columns' spreads
    digits_of_variance: Floats | None = None  # and of the residual variance, infinite where it is zero
    intercept: bool = True
    covariance: Floats | None = None  # (1, k, k) of intercept and coefficients, of a batch of one

    @property
    def numbers(self) -> dict[str, Floats | None]:
        """Those of every group, by name."""
        apart = ("target", "link", "intercept", "covariance")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in apart}

    @property
    def family(self) -> LinearFamily:
        """The family of generalised linear models with this link (McCullagh & Nelder 1989)."""
        return _FAMILIES[self.link]

    @property
    def one_each(self) -> bool:
        """Whether every predictor has one coefficient: of a mean that is not linear there may be more."""
        return self.link != "nonlinear"


@dataclass(frozen=True)
class Moves:
    """Of a class that is fitted to rows: how far single rows, and what is not rows, move the parameters of the fit.

    ``of_rows`` takes encoded rows (m, d) to (m, ...) by parameter, ``besides`` holds (A, ...) by parameter of what adds
    to the errors and is no row of the data, such as a prior or the noise of a search. ``of_groups``, where a class has
    it, takes rows, what each counts (m,), and the number of its group (m,), the last of which is the largest, to the
    sums (B, ...) over groups, in less time than row by row.
    """

    of_rows: Callable[[Floats], dict[str, Floats]]
    besides: dict[str, Floats] = field(default_factory=dict)
    of_groups: Callable[[Floats, Floats, NDArray[np.intp]], dict[str, Floats]] | None = None


@dataclass(frozen=True)
class Powers:
    """What rows move the parameters of a batch of one, by parameter (...): summed, squared, to the fourth power."""

    total: dict[str, Floats]
    square: dict[str, Floats]
    fourth: dict[str, Floats]  # it tells how well the rows tell the squares: six digits are enough


@dataclass(frozen=True)
class Fit:
    """Maximum-likelihood fits of one class to a batch of G groups; every array has the leading axis G.

    ``standard_errors`` is empty where the number of rows is not known, and has no entry of a parameter whose errors are
    not known otherwise.
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
    moves: Moves | None = None  # of a class of rows, what its robust errors are made of
    leave_one_out: Floats | None = None  # (G,) of a categorical target: log-likelihood of each row from all others
    likelihood_told: bool = True  # False where the averages that were stated do not tell it

    @cached_property
    def _known(self) -> dict[Any, Any]:
        return {}

    def once(self, make: Callable[[Fit], T]) -> T:
        """``make(self)``, worked out for the first that asks for it."""
        if make not in self._known:
            self._known[make] = make(self)
        known: T = self._known[make]
        return known

    @cached_property
    def bic(self) -> Floats:
        """(G,) Bayesian information criterion, ``k log n - 2 log L`` (Schwarz 1978).

        A class that has searched for the best arrangement of its couplings pays twice the log of how many there are
        (the extended criterion of Chen & Chen 2008, with gamma = 1); otherwise it would always find one.
        """
        with np.errstate(divide="ignore", invalid="ignore"):  # a group without rows is refused
            return self.n_parameters * np.log(self.count) - 2.0 * self.log_likelihood + 2.0 * self.log_structures

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """(G,) whether there is an answer."""
        answered: NDArray[np.bool_] = self.reason == ANSWERED
        return answered

    def why(self, group: int) -> str:
        """In words, why this group has no answer; empty where it has one.

        Raises InvalidData for a group that there is not.
        """
        if isinstance(group, bool) or not isinstance(group, int | np.integer) or not 0 <= group < len(self.reason):
            raise InvalidData(f"There is no group {group!r}: there are {len(self.reason)}, counted from 0.")
        return self.reasons[int(self.reason[group])]


@dataclass(frozen=True)
class CheckResult:
    """One test of the fitted class against what it was not fitted to, in each of G groups.

    ``made`` says in which groups it was made: those with rows enough, None for all. ``detail(g)`` says in words what
    was compared in group g. Where no p-value decides, ``verdict`` does. ``rows`` is the most rows of a group that it
    was made from, where these are not all: a sample of them tells less of the same departure. ``gain`` is what the term
    it asks for would gain, in nats a row, of a check that knows it from more than its p-value. ``moves`` says of a
    check of a batch of one that counts rows, what each of them (m, d) moves the statistic by: (m,), up to a factor.
    """

    name: str
    statistic: Floats
    p_value: Floats
    detail: Callable[[int], str]
    level: float = 1e-3
    weight: Weight = "deciding"
    verdict: NDArray[np.bool_] | None = None
    made: NDArray[np.bool_] | None = None
    rows: float | None = None
    gain: Floats | None = None
    moves: Callable[[Floats], Floats] | None = None

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
        rows: float | None = None,
        moves: Callable[[Floats], Floats] | None = None,
    ) -> CheckResult:
        """A check of a batch of one, from plain numbers."""
        decided = None if verdict is None else np.array([verdict])
        values = np.array([statistic]), np.array([p_value])
        return cls(name, *values, lambda _: detail, level, weight, decided, rows=rows, moves=moves)

    @property
    def passed(self) -> NDArray[np.bool_]:
        """(G,) whether it does not reject; true where it was not made."""
        passed = ~(self.p_value < self.level) if self.verdict is None else self.verdict
        return np.asarray(passed if self.made is None else passed | ~self.made, dtype=np.bool_)


@dataclass(frozen=True)
class Observed:
    """What the pass over the data has left of it, for the checks of a fit.

    Of many groups there are moments alone, and the rows of some where a class asks for them: checks that need rows are
    not made there, and the answer says so.
    """

    moments: Moments  # G groups
    sample: Floats | None = None  # (m, d) random rows of a batch of one; weighted ones as often as their weights say
    states: States | None = None  # distinct rows of the two-valued columns of a batch of one, where they are few
    weighted: tuple[Floats, Floats] | None = None  # of weighted rows: some as they are, and what each of them counts
    rows_of: RowsOf | None = None  # of groups: all rows of some of them, where these can be had
    _known: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[[Moments], T]) -> T:
        """``make(moments)``, worked out for the first class that asks for it."""
        if make not in self._known:
            self._known[make] = make(self.moments)
        known: T = self._known[make]
        return known

    def of_sample(self, make: Callable[[Floats], T]) -> T | None:
        """``make(sample)`` likewise; None where there is no sample, or no row in it."""
        if self.sample is None or not len(self.sample):
            return None
        if make not in self._known:
            self._known[make] = make(self.sample)
        known: T = self._known[make]
        return known

    def points(self, schema: Schema) -> Floats | None:
        """The sample, (m, d) points where all columns are real; None where there are none."""
        return self.sample if schema.only("real") and self.sample is not None and len(self.sample) else None

    def part(self, positions: Sequence[int]) -> Observed:
        """What is left of some of the columns; the states only if they are those of exactly these columns.

        The same record for all who ask, so that what one class has worked out for these columns is there for another.
        """
        at = tuple(positions)
        if at not in self._known:
            self._known[at] = self._part(at)
        known: Observed = self._known[at]
        return known

    def _part(self, positions: tuple[int, ...]) -> Observed:
        sample = None if self.sample is None else self.sample[:, list(positions)]
        states = self.states if self.states is not None and self.states.dimension == len(positions) else None
        weighted = None if self.weighted is None else (self.weighted[0][:, list(positions)], self.weighted[1])
        return Observed(self.moments.part(positions), sample, states, weighted)
