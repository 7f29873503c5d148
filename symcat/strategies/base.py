"""What a strategy is: asked a problem, it answers or declines with a reason. The trail is what they said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from symcat.data.measure import Measured
from symcat.data.schema import Schema
from symcat.models.base import Center, Floats, Model, Options
from symcat.models.candidates import Weighed
from symcat.models.checks_in_time import InTime, checks_in_time
from symcat.models.enough_rows import enough_rows
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.misfit import TOLERANCE, Judgement
from symcat.models.robust import ErrorsOf
from symcat.models.tables import Tables
from symcat.strategies.order import Order
from symcat.strategies.robust import Answer, Asked, Robust
from symcat.strategies.ties import rows_of, tied_values
from symcat.strategies.verdict import judged


@dataclass(frozen=True)
class Problem:
    """A table that was measured, its candidate classes weighed: all that a strategy may know."""

    measured: Measured
    observed: Observed
    center: Center
    options: Options
    tables: Tables
    weighed: Weighed  # every candidate, those without an answer included
    classes: tuple[str, ...] | None = None  # the answer must be one of these, where they were named
    target: int | None = None
    learn: bool = False  # whether what is found is to be kept
    recall: bool = True  # whether what was kept may be used
    errors: Asked = field(default_factory=Asked)
    tolerance: float = TOLERANCE  # nats a row that are too small to matter
    cache: dict[str, Any] = field(default_factory=dict)  # what two strategies work out once
    order: Order = field(default_factory=Order)  # what the order of the rows means

    def answered(
        self, model: Model, fit: Fit, checks: Sequence[CheckResult], reason: str, weighed: Weighed | None = None
    ) -> Answered:
        """The answer of a class, with its robust errors; the evidence is ``weighed``, or else that of the problem."""
        if model.measure == "series":  # its own errors are those of rows in order of time
            robust = Robust({}, self.errors.of)
        else:
            robust = Answer(model, fit, self.measured, self.center, self.seed, self.cache).robust(self.errors)
            fit = self.order.in_time(fit, robust.inflation)
        evidence = self.weighed if weighed is None else weighed
        if self.order.known is not None and model.measure != "series":
            time = InTime(self.measured.blocks, self.order.share, self.rows)
            checks = checks_in_time(model, fit, checks, self.observed, self.center, time)
        return Answered(
            model=model,
            fit=fit,
            checks=(
                *checks,
                *robust.checks,
                *tied_values(model, fit, rows_of(self.observed)),
                *enough_rows(model, fit, checks),
            ),
            robust=robust.errors,
            errors=robust.of,
            reason=reason,
            evidence=evidence,
            judgement=judged(model, fit, checks, evidence, self.observed, self.seed, self.tolerance),
        )

    @property
    def schema(self) -> Schema:
        """The columns and the kind of each."""
        return self.measured.schema

    @property
    def seed(self) -> int:
        return self.options.seed

    def rows(self) -> Iterator[Floats]:
        """All complete encoded rows once more, in batches; the sample of statistics that the user collected."""
        return self.measured.rows()

    @property
    def at_hand(self) -> Callable[[], Iterator[Floats]] | None:
        """``rows`` for a class that counts each of them as one; None where they have weights."""
        return None if self.measured.weighted else self.rows

    @property
    def everything(self) -> bool:
        """Whether ``rows`` are all rows."""
        return self.measured.everything


@dataclass(frozen=True)
class Answered:
    """The answer of a strategy: a class, its fit of a batch of one, its checks and its robust errors."""

    model: Model
    fit: Fit
    checks: tuple[CheckResult, ...]
    robust: Mapping[str, Floats]
    errors: ErrorsOf  # what the robust errors are of
    reason: str
    evidence: Weighed  # on every class that was weighed
    judgement: Judgement

    @property
    def parts(self) -> tuple[Weighed, ...]:
        """Of a composite class: how the classes of its blocks were weighed."""
        winner = self.evidence.winner()
        return winner.parts if winner is not None and winner.model is self.model else ()


@dataclass(frozen=True)
class Closest:
    """How near a search that has not converged came to an answer of a class.

    ``parameters`` are those of a ``Fit`` of a batch of one, None where there is no point at all. ``normalised_error``
    is the root mean square of the differences between its averages and the data's, in standard deviations.
    """

    label: str
    parameters: Mapping[str, Floats] | None
    normalised_error: float
    words: str
    late: bool = False  # whether the time ended the search, so that more may help


@dataclass(frozen=True)
class Declined:
    """Why a strategy has no answer, in words; and, where it was looking for one, the closest it has found."""

    reason: str
    closest: Closest | None = None


class Strategy(Protocol):
    """One way to an answer."""

    name: str
    """What it is called in the trail: one of the words for the source of an answer."""

    def ask(self, problem: Problem) -> Answered | Declined:
        """The answer, or why there is none. Raises InvalidData where the data cannot be used at all."""
