"""What is asked of a table: every option of every verb, checked once and in one place.

An option that cannot apply to what is asked is an error that says so; nothing is ignored.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.source import unknown_column
from symcat.data.products import positions
from symcat.data.schema import Kind, Schema
from symcat.data.weights import Weight, weight_of
from symcat.errors import InvalidData
from symcat.models import registry
from symcat.models.base import INTERCEPT, Center, Model, Options
from symcat.models.robust import ErrorsOf, Leverage

GivenCenter = float | Sequence[float] | NDArray[np.float64] | Literal["mean"] | None
Prior = float | Literal["weak"] | None
Basis = Literal["spin", "binary"]
Fallback = Literal["analog"] | None
Form = Literal["wide", "long"]
Missing = Literal["drop", "em", "pairwise"]

BUDGET_S = 60.0
"""Seconds that a call may take where nothing else is said."""

STRATEGIES: Final = ("catalogue", "correction", "learned", "analog")
"""The ways to an answer by their names in the trail, in the order in which they are asked."""
LEARN: Final = "SYMCAT_LEARN"
"""Environment variable: 1 keeps what the device finds, as ``learn=True`` does."""
_BEYOND = ("learned", "analog")
"""The strategies that search for couplings of one whole table."""


LEVERAGES = get_args(Leverage)


class Unset(Enum):
    """The default of an option of which it matters whether it was given."""

    UNSET = "default"

    def __repr__(self) -> str:
        return "default"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True)
class Question:
    """The options of ``solve`` and ``classify``, checked; ``symcat.solve`` says what each of them means."""

    target: str | int | None = None
    by: tuple[str, ...] = ()
    classes: tuple[str, ...] | None = None
    center: GivenCenter = None
    columns: tuple[str, ...] | None = None
    prior: Prior = "weak"
    interactions: tuple[str | tuple[str, ...], ...] = ()
    basis: Basis = "spin"
    intercept: bool = True
    fallback: Fallback = "analog"
    budget_s: float = BUDGET_S
    strategies: tuple[str, ...] = STRATEGIES
    strategies_named: bool = False  # then searches are made even for what integration has settled
    learn: bool = False
    recall: bool = True
    seed: int = 0
    form: Form = "wide"
    weight: Weight | None = None
    errors: ErrorsOf = "rows"
    cluster: str | None = None
    missing: Missing = "drop"

    @classmethod
    def of(
        cls,
        *,
        target: str | int | None = None,
        by: str | Sequence[str] | None = None,
        classes: Sequence[str] | None = None,
        center: GivenCenter = None,
        columns: Sequence[str] | None = None,
        prior: Any = "weak",
        interactions: Sequence[Sequence[str]] = (),
        basis: Any = "spin",
        intercept: Any = True,
        fallback: Any = UNSET,
        budget_s: Any = None,
        strategies: Any = None,
        learn: Any = None,
        seed: Any = 0,
        form: Any = "wide",
        counts: str | None = None,
        weights: str | None = None,
        errors: Any = "rows",
        cluster: Any = None,
        missing: Any = "drop",
    ) -> Question:
        """The question, or InvalidData for a value that means nothing or an option that cannot apply."""
        keys = () if by is None else listed(by)
        _check_values(keys, by, target, prior, basis, fallback, budget_s, seed)
        named = None if strategies is None else listed(strategies)
        _check_strategies(named, learn)
        _check_device(fallback, budget_s, named, learn, grouped=bool(keys), conditional=target is not None)
        _check_errors(errors, cluster, keys, target, columns, interactions)
        if not _is_word(form, "wide", "long"):
            raise InvalidData(f"form={shown(form)} is not known: pass 'wide' or 'long'.")
        if form == "long" and not keys:
            raise InvalidData("form= is of the frame that by= returns: name the columns of groups, or leave it out.")
        if target is not None and center is not None:
            raise InvalidData(
                "center= has no meaning with target=: a regression estimates its intercept. Leave one out."
            )
        if not isinstance(intercept, bool | np.bool_):
            raise InvalidData(f"intercept={intercept!r} is not known: pass True or False.")
        if not intercept and target is None:
            raise InvalidData("intercept=False is of a regression: name the column to predict with target=.")
        if target is not None and target in keys:
            raise InvalidData(f"Column {target!r} cannot be both the target and a key of the groups.")
        if keys and interactions:
            raise InvalidData("interactions= cannot be used with by=: fit the groups one at a time.")
        if target is not None and interactions:
            raise InvalidData("interactions= cannot be used with target=: leave one of them out.")
        weight = weight_of(counts, weights)
        if not _is_word(missing, *get_args(Missing)):
            raise InvalidData(f"missing={shown(missing)} is not known: pass 'drop', 'em' or 'pairwise'.")
        if missing != "drop":
            given = {
                "by": keys,
                "target": target is not None,
                "weights": weights is not None,
                "interactions": interactions,
                "errors": errors != "rows",
                "strategies": strategies is not None,
                "learn": learn is not None,
                "fallback": isinstance(fallback, str),
            }
            _check_missing(missing, [name for name, is_given in given.items() if is_given])
        _check_weight(weight, target, keys, fallback, cluster)
        weighted = weight is not None and weight.kind == "weights"
        if weighted and set(named or ()) & set(_BEYOND):
            raise InvalidData(
                "strategies= cannot name 'learned' or 'analog' with weights=: they count every row as one."
            )
        chosen = None if columns is None else listed(columns)
        if chosen is not None and isinstance(target, str) and target not in chosen:
            chosen = (*chosen, target)
        return cls(
            target=target,
            by=keys,
            classes=_labels(classes),
            center=center,
            columns=chosen,
            prior=prior,
            interactions=tuple(one if isinstance(one, str) else listed(one) for one in listed(interactions)),
            basis=basis,
            intercept=bool(intercept),
            fallback="analog" if isinstance(fallback, Unset) else fallback,
            budget_s=BUDGET_S if budget_s is None else float(budget_s),
            strategies_named=named is not None,
            strategies=named or _usual(beyond=fallback is not None and not keys and target is None and not weighted),
            learn=os.environ.get(LEARN) == "1" if learn is None else learn,
            recall=learn is not False,
            seed=int(seed),
            form=form,
            weight=weight,
            errors=errors,
            cluster=cluster,
            missing=missing,
        )

    @property
    def kind(self) -> Kind | None:
        """The kind that columns are read as where the classes named describe no other; None leaves it to the data."""
        if self.classes is None:
            return None
        kinds = {registry.kinds_of(label) for label in self.classes}
        if len(kinds) != 1:
            return None
        (only,) = kinds
        return next(iter(only)) if len(only) == 1 else None

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
            seed=self.seed,
        )

    def applicable(self, models: Sequence[Model], schema: Schema) -> list[Model]:
        """The classes that understand every option that was given. Raises InvalidData where none understands one."""
        given = [*["center"] * (self.center is not None), *self.options(schema).given]
        given += ["errors"] * (self.errors in LEVERAGES)
        for name in given:
            if not any(name in model.takes for model in models):
                kinds = " and ".join(sorted(set(schema.kinds)))
                where = f"{kinds} columns" if self.classes is None else ", ".join(m.label for m in models)
                where += " with target=" * (self.target is not None)
                raise InvalidData(f"{name}= has no meaning for {where}: {_PURPOSE[name]}. Leave it out.")
        kept = [model for model in models if all(name in model.takes for name in given)]
        if not kept:
            raise InvalidData(
                f"No class understands {' and '.join(f'{name}=' for name in given)} together: leave one of them out."
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
        """The same question of a table with these columns, its target by name. InvalidData where there is none."""
        at = self.position(Schema.real(columns))
        return self if at is None else replace(self, target=columns[at])

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


_MOST_SHOWN = 60

_PURPOSE = {
    "center": "it is the point that real columns are symmetric about",
    "prior": "it is for values that never occur together in two-valued columns",
    "interactions": "it couples sets of two-valued columns",
    "errors": "HC0 to HC3 are for least-squares regressions, and elsewhere rows have no leverage to make up for",
    "basis": "it says which two numbers stand for the values of two-valued columns",
    INTERCEPT: "it is of a regression that is fitted to the target itself",
}
"""What an option is for."""


def listed(value: Any) -> tuple[Any, ...]:
    """One value or several, as several; a text is one value."""
    return tuple(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else (value,)


def shown(value: Any) -> str:
    """A value in a message: in one line, and no longer than a few words."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def checked_names(columns: Any) -> tuple[str, ...] | None:
    """The names of the columns, None where none are given. Raises InvalidData unless they are different texts."""
    if columns is None:
        return None
    names = listed(columns)
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InvalidData(f"columns={columns!r} does not name the columns: pass a different text for each.")
    return names


def checked_count(n: Any) -> float | None:
    """The number of rows that averages were taken over, None where it is not stated. Raises InvalidData otherwise."""
    if n is None:
        return None
    if not (_is_number(n) and n >= 1 and n == int(n)):
        raise InvalidData(f"n={n!r} is not a count of rows: pass one whole number, 1 or more, or leave it out.")
    return float(n)


def _check_values(
    keys: tuple[str, ...], by: object, target: Any, prior: Any, basis: Any, fallback: Any, budget_s: Any, seed: Any
) -> None:
    if by is not None and (not keys or not all(isinstance(key, str) for key in keys) or len(set(keys)) < len(keys)):
        raise InvalidData(f"by={shown(by)} is not known: pass the name of a column, or several different ones.")
    if not (target is None or isinstance(target, str | int | np.integer)) or isinstance(target, bool):
        raise InvalidData(
            f"target={shown(target)} is not known: pass the name of one column, or its place counted from 0."
        )
    known = prior is None or _is_word(prior, "weak") or (_is_number(prior) and prior >= 0.0)
    if not known:
        raise InvalidData(f"prior={shown(prior)} is not known: pass 'weak', None, or a number of rows, zero or more.")
    if not _is_word(basis, "spin", "binary"):
        raise InvalidData(f"basis={shown(basis)} is not known: pass 'spin' (-1, +1) or 'binary' (0, 1).")
    if not (isinstance(fallback, Unset) or fallback is None or _is_word(fallback, "analog")):
        raise InvalidData(f"fallback={shown(fallback)} is not known: pass 'analog' or None.")
    if budget_s is not None and not (_is_number(budget_s) and budget_s > 0.0):
        raise InvalidData(f"budget_s={shown(budget_s)} is not a time: pass a positive number of seconds.")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InvalidData(f"seed={shown(seed)} is not a seed: pass a whole number, zero or more.")


def _usual(*, beyond: bool) -> tuple[str, ...]:
    return tuple(name for name in STRATEGIES if beyond or name not in _BEYOND)


def _check_strategies(named: tuple[Any, ...] | None, learn: Any) -> None:
    """Raises InvalidData for names of no strategy, and for what is neither yes nor no."""
    known = ", ".join(map(repr, STRATEGIES))
    if named is not None and not named:
        raise InvalidData(f"strategies= is empty: name at least one of {known}, or leave it out for all of them.")
    for name in named or ():
        if not _is_word(name, *STRATEGIES):
            raise InvalidData(f"There is no strategy {shown(name)}: pass some of {known}, in the order to be asked.")
    if named is not None and len(set(named)) < len(named):
        raise InvalidData(f"strategies={shown(list(named))} names one twice: name each once.")
    if not (learn is None or isinstance(learn, bool)):
        raise InvalidData(f"learn={shown(learn)} is not known: pass True, False or None.")


def _check_device(
    fallback: Any, budget_s: Any, named: tuple[Any, ...] | None, learn: Any, *, grouped: bool, conditional: bool
) -> None:
    """Raises InvalidData where the device is named but is not asked, or is to be asked and not to be asked."""
    where = "by=" if grouped else "target=" if conditional else ""
    beyond = [name for name in named or () if name in _BEYOND]
    if where and fallback == "analog":
        raise InvalidData(
            f"fallback='analog' cannot be used with {where}: the device finds the couplings of one whole table. Leave "
            "one of them out."
        )
    if grouped and named is not None:
        raise InvalidData("strategies= cannot be used with by=: groups are fitted as one batch. Leave one of them out.")
    if where and beyond:
        raise InvalidData(
            f"strategies= with {beyond[0]!r} cannot be used with {where}: it finds the couplings of one whole table. "
            "Leave one of them out."
        )
    if where and budget_s is not None:
        raise InvalidData(f"budget_s= limits searches for couplings, which are not made with {where}: leave it out.")
    if fallback is None and beyond:
        raise InvalidData(f"fallback=None refuses what strategies= names, {beyond[0]!r}: leave one of them out.")
    if fallback == "analog" and named is not None and "analog" not in named:
        raise InvalidData("fallback='analog' asks the device, which strategies= leaves out: name it, or drop one.")
    if learn is not None and (where or fallback is None or (named is not None and not beyond)):
        said = f"with {where}" if where else "with fallback=None" if fallback is None else "by these strategies="
        raise InvalidData(f"learn= is about what the device finds, which is not asked {said}: leave it out.")


def _check_weight(weight: Weight | None, target: Any, keys: tuple[str, ...], fallback: Any, cluster: Any) -> None:
    """Raises InvalidData where the column that says what a row counts is there for another purpose."""
    if weight is None:
        return
    for other, names in (("the target", (target,)), ("a key of the groups", keys), ("that of clusters", (cluster,))):
        if weight.name in names:
            raise InvalidData(f"Column {weight.name!r} cannot be both {weight.kind}= and {other}.")
    if weight.kind == "weights" and cluster is not None:
        raise InvalidData("errors='cluster' cannot be used with weights=: leave one of them out.")
    if weight.kind == "weights" and isinstance(fallback, str) and fallback == "analog":
        raise InvalidData(
            "fallback='analog' cannot be used with weights=: the device counts every row as one. Leave one of them out."
        )


def _check_missing(missing: str, given: Sequence[str]) -> None:
    """Raises InvalidData where gaps are to be filled together with what needs complete rows."""
    if given:
        names = " and ".join(f"{name}=" for name in given)
        raise InvalidData(
            f"missing={missing!r} cannot be used with {names}, which complete rows are needed for: leave "
            f"{'one of them' if len(given) == 1 else 'it'} out, or fill the gaps before."
        )


def _check_errors(
    errors: Any, cluster: Any, keys: tuple[str, ...], target: Any, columns: Any, interactions: Sequence[Any]
) -> None:
    """Raises InvalidData for robust errors of no kind, or of a kind that cannot be had here."""
    known = get_args(ErrorsOf)
    if not _is_word(errors, *known):
        raise InvalidData(f"errors={shown(errors)} is not known: pass one of {', '.join(map(repr, known))}.")
    if keys and errors != "rows":
        raise InvalidData(
            f"errors={errors!r} cannot be used with by=: groups get model-based errors only. Leave one of them out."
        )
    if (cluster is None) != (errors != "cluster"):
        raise InvalidData(
            "errors='cluster' and cluster='column' go together: the column says which rows belong to one cluster."
        )
    if cluster is None:
        return
    if not isinstance(cluster, str):
        raise InvalidData(f"cluster={shown(cluster)} is not known: pass the name of a column.")
    if cluster == target or (columns is not None and cluster in listed(columns)):
        raise InvalidData(f"Column {cluster!r} cannot be both measured and the name of the clusters.")
    if any(isinstance(chosen, list | tuple) and len(chosen) > 2 for chosen in listed(interactions)):
        raise InvalidData("cluster= cannot be used with interactions= of three columns or more: leave one of them out.")


def _labels(classes: Sequence[str] | None) -> tuple[str, ...] | None:
    """Permanent labels. Raises InvalidData for an empty list, NoEntry for an unknown class."""
    if classes is None:
        return None
    named = listed(classes)
    if not named:
        raise InvalidData("classes= is empty: name at least one class, or leave it out for all of them.")
    for label in named:
        if not isinstance(label, str):
            raise InvalidData(
                f"{shown(label)} is not the label of a class: pass one of {', '.join(registry.all_labels())}."
            )
    return tuple(dict.fromkeys(map(registry.canonical, named)))


def _is_word(value: Any, *words: str) -> bool:
    return isinstance(value, str) and value in words


def _holds_truths(center: Any) -> bool:
    return isinstance(center, list | tuple) and any(isinstance(value, bool | np.bool_) for value in center)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    most = sys.float_info.max
    return bool(-most <= value <= most)  # not so of NaN, nor of a whole number that no float holds
