"""What is asked of a table: every option of every verb, checked once and in one place.

An option that cannot apply to what is asked is an error that says so; nothing is ignored.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import numpy as np

from symcat.data.ingest.source import unknown_column
from symcat.data.products import positions
from symcat.data.schema import Kind, Schema, checked_kinds
from symcat.data.weights import Weight, weight_of
from symcat.errors import InvalidData
from symcat.models import registry
from symcat.models.base import COUPLINGS_OF, INTERCEPT, INTERVAL, Center, Couplings, Model, Options
from symcat.models.misfit import TOLERANCE
from symcat.models.robust import ErrorsOf, Leverage
from symcat.question.together import MANY, NO_DEVICE, ONLY_READS, OTHER_ERRORS, SEARCHES, check_columns, check_together
from symcat.question.values import (
    BUDGET_S,
    PATIENCE_S,
    SEARCHING,
    STRATEGIES,
    UNSET,
    Average,
    Basis,
    Fallback,
    Form,
    GivenCenter,
    Missing,
    Order,
    Prior,
    Unset,
    check_values,
    checked_keys,
    checked_labels,
    checked_strategies,
    given,
    listed,
    or_usual,
    shown,
)

LEARN: Final = "SYMCAT_LEARN"
"""Environment variable: 1 keeps what the device finds, as ``learn=True`` does."""
LEVERAGES = get_args(Leverage)


@dataclass(frozen=True)
class Question:
    """The options of ``solve`` and ``classify``, checked; ``symcat.solve`` says what each of them means."""

    target: str | int | None = None
    by: tuple[str, ...] = ()
    classes: tuple[str, ...] | None = None
    center: GivenCenter = None
    columns: tuple[str, ...] | None = None
    kinds: tuple[tuple[str, Kind], ...] = ()
    prior: Prior = "weak"
    interactions: tuple[str | tuple[str, ...], ...] = ()
    basis: Basis = "spin"
    intercept: bool = True
    interval: tuple[float, float] | None = None
    couplings: Couplings = "all"
    fallback: Fallback = "analog"
    budget_s: float = BUDGET_S
    patience: float = math.inf  # seconds of a search where there is an answer, though a misfit
    strategies: tuple[str, ...] = STRATEGIES
    strategies_named: bool = False  # then searches are made even for what integration has settled
    learn: bool = False
    recall: bool = True
    seed: int = 0
    form: Form = "wide"
    weight: Weight | None = None
    errors: ErrorsOf = "rows"
    errors_named: bool = False
    cluster: str | None = None
    order: Order = "detect"
    missing: Missing = "drop"
    stated: frozenset[str] = frozenset()  # options of classes that were given, be it at their defaults
    strict: bool = False
    tolerance: float = TOLERANCE
    average: Average | None = None

    @classmethod
    def of(
        cls,
        *,
        target: str | int | None = None,
        by: str | Sequence[str] | None = None,
        classes: Sequence[str] | None = None,
        center: GivenCenter = None,
        columns: Sequence[str] | None = None,
        kinds: Any = None,
        prior: Any = UNSET,
        interactions: Sequence[Sequence[str]] = (),
        basis: Any = UNSET,
        intercept: Any = UNSET,
        interval: Any = None,
        couplings: Any = UNSET,
        fallback: Any = UNSET,
        budget_s: Any = None,
        strategies: Any = None,
        learn: Any = None,
        seed: Any = 0,
        form: Any = UNSET,
        counts: str | None = None,
        weights: str | None = None,
        errors: Any = UNSET,
        cluster: Any = None,
        order: Any = "detect",
        missing: Any = "drop",
        strict: Any = False,
        tolerance: Any = TOLERANCE,
        average: Any = None,
    ) -> Question:
        """The question, or InvalidData for a value that means nothing or an option that cannot apply."""
        stated = frozenset(
            name for name, value in (("prior", prior), ("basis", basis), (COUPLINGS_OF, couplings)) if given(value)
        )
        errors_given, form_given, intercept_given = given(errors), given(form), given(intercept)
        prior, basis, intercept = or_usual(prior, "weak"), or_usual(basis, "spin"), or_usual(intercept, True)
        couplings = or_usual(couplings, "all")
        errors, form = or_usual(errors, "rows"), or_usual(form, "wide")
        keys, named = checked_keys(by), checked_strategies(strategies)
        check_values(
            target=target,
            prior=prior,
            basis=basis,
            intercept=intercept,
            interval=interval,
            couplings=couplings,
            fallback=fallback,
            budget_s=budget_s,
            learn=learn,
            seed=seed,
            form=form,
            errors=errors,
            cluster=cluster,
            order=order,
            missing=missing,
            strict=strict,
            tolerance=tolerance,
            average=average,
        )
        sets = listed(interactions)
        weight = weight_of(counts, weights)
        weighted = weight is not None and weight.counts is None
        searching = [name for name in named or () if name in SEARCHING]
        facts: tuple[tuple[str, bool, Any], ...] = (
            ("by=", bool(keys), keys),
            ("no by=", not keys, None),
            ("target=", target is not None, target),
            ("no target=", target is None, None),
            ("center=", center is not None, center),
            ("interactions=", bool(sets), interactions),
            (MANY, any(isinstance(one, list | tuple) and len(one) > 2 for one in sets), interactions),
            ("intercept=", intercept_given, intercept),
            ("fallback='analog'", fallback == "analog", fallback),
            ("fallback=None", fallback is None, None),
            ("budget_s=", budget_s is not None, budget_s),
            ("strategies=", named is not None, named),
            (SEARCHES, bool(searching), next(iter(searching), None)),
            (ONLY_READS, named is not None and not searching, named),
            (NO_DEVICE, named is not None and "analog" not in named, named),
            ("learn=", learn is not None, learn),
            ("form=", form_given, form),
            ("errors=", errors_given, errors),
            ("errors='cluster'", errors == "cluster", errors),
            (OTHER_ERRORS, errors != "cluster", errors),
            ("cluster=", cluster is not None, cluster),
            ("no cluster=", cluster is None, None),
            ("order='time'", order == "time", order),
            ("order=None", order is None, order),
            ("errors='blocks'", errors == "blocks", errors),
            ("counts=", weight is not None and not weighted, counts),
            ("weights=", weighted, weights),
            ("missing=", missing != "drop", missing),
            ("strict=True", bool(strict), strict),
            ("average=", average is not None, average),
        )
        check_together({name: value for name, is_given, value in facts if is_given})
        chosen = None if columns is None else listed(columns)
        columns_of: dict[str, tuple[Any, ...]] = {
            "the target": () if target is None else (target,),
            "a key of the groups": keys,
            "the name of the clusters": () if cluster is None else (cluster,),
            "measured": (*(chosen or ()), target),
        }
        if weight is not None:
            columns_of[f"{weight.kind}="] = (weight.name,)
        check_columns(columns_of)
        if chosen is not None and isinstance(target, str) and target not in chosen:
            chosen = (*chosen, target)
        return cls(
            target=target,
            by=keys,
            classes=checked_labels(classes),
            center=center,
            columns=chosen,
            kinds=tuple(checked_kinds(kinds).items()),
            prior=prior,
            interactions=tuple(one if isinstance(one, str) else listed(one) for one in sets),
            basis=basis,
            intercept=bool(intercept),
            interval=None if interval is None else (float(interval[0]), float(interval[1])),
            couplings=couplings,
            fallback="analog" if isinstance(fallback, Unset) else fallback,
            budget_s=BUDGET_S if budget_s is None else float(budget_s),
            patience=math.inf if budget_s is not None or searching else PATIENCE_S,
            strategies_named=named is not None,
            strategies=named
            or _usual(beyond=fallback is not None and not keys and target is None and not weighted and order != "time"),
            learn=os.environ.get(LEARN) == "1" if learn is None else learn,
            recall=learn is not False,
            seed=int(seed),
            form=form,
            weight=weight,
            errors=errors,
            errors_named=errors_given,
            cluster=cluster,
            order=order,
            missing=missing,
            stated=stated,
            strict=bool(strict),
            average=average,
            tolerance=float(tolerance),
        )

    @property
    def may_be_a_series(self) -> bool:
        """Whether rows that depend on their neighbours are looked for."""
        searched = self.strategies_named and any(name in SEARCHING for name in self.strategies)
        return not self.by and self.errors != "cluster" and not searched

    @property
    def of_a_series(self) -> Question:
        """The same question without searches, which count every row as one."""
        return replace(self, strategies=tuple(name for name in self.strategies if name not in SEARCHING))

    @property
    def kind(self) -> Kind | None:
        """The kind that columns are read as where the classes named describe no other; None leaves it to the data."""
        if self.classes is None:
            return None
        every = [registry.kinds_of(label) for label in self.classes]
        described: frozenset[Kind] = frozenset().union(*every)
        if "categorical" in described and "real" not in described:
            return "categorical"  # of two levels: two-valued
        return next(iter(described)) if len(described) == 1 else None

    @property
    def kept(self) -> tuple[str, ...]:
        """Columns that are not left out, whatever they hold: the target, once it is known by name."""
        return (self.target,) if isinstance(self.target, str) else ()

    def options(self, schema: Schema) -> Options:
        """What the classes are told of the question. Raises InvalidData for interactions of other columns."""
        return Options(
            prior=self.prior,
            interactions=positions(self.interactions, schema),
            basis=self.basis,
            intercept=self.intercept,
            interval=self.interval,
            couplings=self.couplings,
            seed=self.seed,
        )

    def applicable(self, models: Sequence[Model], schema: Schema) -> list[Model]:
        """The classes that understand every option that asks for what is not so anyway.

        Raises InvalidData where none understands one of these, or one that was given at its default.
        """
        asked = [*["center"] * (self.center is not None), *self.options(schema).given]
        asked += ["errors"] * (self.errors in LEVERAGES)
        for name in dict.fromkeys([*asked, *sorted(self.stated)]):
            if not any(name in model.takes for model in models):
                kinds = " and ".join(sorted(set(schema.kinds)))
                where = f"{kinds} columns" if self.classes is None else ", ".join(m.label for m in models)
                where += " with target=" * (self.target is not None)
                raise InvalidData(f"{name}= has no meaning for {where}: {_PURPOSE[name]}. Leave it out.")
        kept = [model for model in models if all(name in model.takes for name in asked)]
        if not kept:
            raise InvalidData(
                f"No class understands {' and '.join(f'{name}=' for name in asked)} together: leave one of them out."
            )
        return kept

    def point(self, dimension: int) -> Center:
        """The centre as classes take it: None, "mean", or the point (d,). Raises InvalidData for anything else."""
        center = self.center
        if center is None or (isinstance(center, str) and center == "mean"):
            return center
        try:
            given = np.asarray(center)
            point = given.astype(np.float64) if given.dtype.kind in "iufO" else None
        except (ValueError, TypeError, OverflowError):
            point = None
        # One number is of every column; a list of one is of one.
        if point is None or point.shape not in ((), (dimension,)) or _holds_truths(center):
            raise InvalidData(f"center={shown(center)} is neither None, 'mean', nor {dimension} number(s).")
        if not np.isfinite(point).all():
            raise InvalidData(f"center={shown(center)} is not finite.")
        return np.broadcast_to(point, (dimension,))

    def of_columns(self, columns: Sequence[str]) -> Question:
        """The same question of a table with these columns, its target by name; it has levels where all classes named
        are of such a one. InvalidData where there is no such column."""
        at = self.position(Schema.real(columns))
        if at is None:
            return self
        name, kinds = columns[at], self.kinds
        if self.classes and name not in dict(kinds) and all(map(registry.is_of_levels, self.classes)):
            kinds = (*kinds, (name, "categorical"))
        return replace(self, target=name, kinds=kinds)

    def position(self, schema: Schema) -> int | None:
        """The place of the target among the columns; InvalidData when there is no such column."""
        target = self.target
        if target is None:
            return None
        if isinstance(target, str):
            if target not in schema.columns:
                raise unknown_column(target, schema.columns)
            return schema.columns.index(target)
        d = len(schema)
        if not -d <= target < d:
            raise InvalidData(f"There is no column {target} to predict; there are {d}, counted from 0.")
        return target % d


_PURPOSE = {
    "center": "it is the point that real columns are symmetric about",
    "prior": "it is for values that never occur together in two-valued columns",
    "interactions": "it couples sets of two-valued or categorical columns",
    "errors": "HC0 to HC3 are for least-squares regressions, and elsewhere rows have no leverage to make up for",
    "basis": "it says which two numbers stand for the values of two-valued columns",
    INTERCEPT: "it is of a regression that is fitted to the target itself",
    COUPLINGS_OF: "it says which terms a series in the cumulants of five real columns or more has",
    INTERVAL: "it is for laws of one column of proportions or of angles",
}
"""What an option is for."""


def _usual(*, beyond: bool) -> tuple[str, ...]:
    return tuple(name for name in STRATEGIES if beyond or name not in SEARCHING)


def _holds_truths(center: Any) -> bool:
    return isinstance(center, list | tuple) and any(isinstance(value, bool | np.bool_) for value in center)
