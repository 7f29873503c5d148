"""What each option may be, by itself."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.models import registry
from symcat.models.base import COUPLINGS_OF, INTERCEPT, INTERVAL, Couplings
from symcat.models.robust import ErrorsOf

GivenCenter = float | Sequence[float] | NDArray[np.float64] | Literal["mean"] | None
Prior = float | Literal["weak"] | None
Basis = Literal["spin", "binary"]
Fallback = Literal["analog"] | None
Form = Literal["wide", "long"]
Missing = Literal["drop", "em", "pairwise"]
Order = Literal["detect", "time"] | None
Average = Literal["bic"]

BUDGET_S = 60.0
"""Seconds that a call may take where nothing else is said."""
PATIENCE_S = 20.0
"""Seconds of these that a search may take where a class has answered, though it does not describe the data."""

STRATEGIES: Final = ("catalogue", "correction", "learned", "analog")
"""The ways to an answer by their names in the trail, in the order in which they are asked."""
SEARCHING: Final = ("learned", "analog")
"""The strategies that search for couplings of one whole table."""

_MOST_SHOWN = 60


class Unset(Enum):
    """The default of an option of which it matters whether it was given."""

    UNSET = "default"

    def __repr__(self) -> str:
        return "default"


UNSET: Final = Unset.UNSET


def given(value: Any) -> bool:
    """Whether an option was given, be it at its default."""
    return not isinstance(value, Unset)


def or_usual(value: Any, usual: Any) -> Any:
    """The value of an option, ``usual`` where it was left out."""
    return value if given(value) else usual


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


def checked_counts(n: Any) -> float | NDArray[np.float64] | None:
    """Likewise of many groups: one number for all of them, or an array (G,). Raises InvalidData otherwise."""
    if n is None or np.ndim(n) == 0:
        return checked_count(n.item() if isinstance(n, np.ndarray) else n)
    try:
        counts = np.asarray(n, dtype=np.float64)
    except (TypeError, ValueError):
        counts = np.array([np.nan])
    wrong = ~((counts >= 1) & (counts == np.floor(counts)) & np.isfinite(counts))
    if counts.ndim > 1 or wrong.any():
        what = f"n= has shape {counts.shape}" if counts.ndim > 1 else f"n= of group {int(wrong.argmax())} is no count"
        raise InvalidData(f"{what}: pass one whole number, 1 or more, for all groups or for each.")
    return counts


def checked_labels(classes: Any) -> tuple[str, ...] | None:
    """Permanent labels. Raises InvalidData for an empty list, NoEntry for an unknown class."""
    if classes is None:
        return None
    named = listed(classes)
    if not named:
        raise InvalidData("classes= is empty: name at least one class, or leave it out for all of them.")
    for label in named:
        if not isinstance(label, str):
            raise InvalidData(
                f"{shown(label)} is not the label of a class: pass a text such as 'gaussian.full'; the command "
                "'symcat classes' lists them all."
            )
    return tuple(dict.fromkeys(map(registry.canonical, named)))


def checked_strategies(strategies: Any) -> tuple[str, ...] | None:
    """The names of the strategies, None where none are given. Raises InvalidData for names of no strategy."""
    if strategies is None:
        return None
    named = listed(strategies)
    known = ", ".join(map(repr, STRATEGIES))
    if not named:
        raise InvalidData(f"strategies= is empty: name at least one of {known}, or leave it out for all of them.")
    for name in named:
        if not _is_word(name, *STRATEGIES):
            raise InvalidData(f"There is no strategy {shown(name)}: pass some of {known}, in the order to be asked.")
    if len(set(named)) < len(named):
        raise InvalidData(f"strategies={shown(list(named))} names one twice: name each once.")
    return named


def checked_keys(by: Any) -> tuple[str, ...]:
    """The columns of groups; none where no groups are asked for. Raises InvalidData for what are no names."""
    if by is None:
        return ()
    keys = listed(by)
    if not keys or not all(isinstance(key, str) for key in keys) or len(set(keys)) < len(keys):
        raise InvalidData(f"by={shown(by)} is not known: pass the name of a column, or several different ones.")
    return keys


def check_values(
    *,
    target: Any,
    prior: Any,
    basis: Any,
    intercept: Any,
    interval: Any,
    couplings: Any,
    fallback: Any,
    budget_s: Any,
    learn: Any,
    seed: Any,
    form: Any,
    errors: Any,
    cluster: Any,
    order: Any,
    missing: Any,
    strict: Any,
    tolerance: Any,
    average: Any,
) -> None:
    """Raises InvalidData for the first of these values that means nothing, with those that do."""
    checked = (
        ("target", target, target is None or isinstance(target, str) or _is_whole(target)),
        ("prior", prior, prior is None or _is_word(prior, "weak") or (_is_number(prior) and prior >= 0.0)),
        ("basis", basis, _is_word(basis, *get_args(Basis))),
        ("fallback", fallback, isinstance(fallback, Unset) or fallback is None or _is_word(fallback, "analog")),
        ("budget_s", budget_s, budget_s is None or (_is_number(budget_s) and budget_s > 0.0)),
        ("seed", seed, _is_whole(seed) and seed >= 0),
        ("learn", learn, learn is None or isinstance(learn, bool)),
        ("errors", errors, _is_word(errors, *get_args(ErrorsOf))),
        ("cluster", cluster, cluster is None or isinstance(cluster, str)),
        ("order", order, order is None or _is_word(order, "detect", "time")),
        ("form", form, _is_word(form, *get_args(Form))),
        (INTERCEPT, intercept, isinstance(intercept, bool | np.bool_)),
        (INTERVAL, interval, interval is None or _is_interval(interval)),
        (COUPLINGS_OF, couplings, _is_word(couplings, *get_args(Couplings))),
        ("missing", missing, _is_word(missing, *get_args(Missing))),
        ("strict", strict, isinstance(strict, bool | np.bool_)),
        ("tolerance", tolerance, _is_number(tolerance) and tolerance >= 0.0),
        ("average", average, average is None or _is_word(average, *get_args(Average))),
    )
    for name, value, known in checked:
        if not known:
            raise InvalidData(f"{name}={shown(value)} is not {_MEANING[name]}.")


_MEANING = {
    "target": "known: pass the name of one column, or its place counted from 0",
    "prior": "known: pass 'weak', None, or a number of rows, zero or more",
    "basis": "known: pass 'spin' (-1, +1) or 'binary' (0, 1)",
    "fallback": "known: pass 'analog' or None",
    "budget_s": "a time: pass a positive number of seconds",
    "seed": "a seed: pass a whole number, zero or more",
    "learn": "known: pass True, False or None",
    "errors": f"known: pass one of {', '.join(map(repr, get_args(ErrorsOf)))}",
    "cluster": "known: pass the name of a column",
    "order": "known: pass 'detect', 'time' or None",
    "form": "known: pass 'wide' or 'long'",
    INTERCEPT: "known: pass True or False",
    INTERVAL: "an interval: pass two finite numbers, the smaller one first",
    COUPLINGS_OF: "known: pass 'all' or 'pairs'",
    "missing": "known: pass 'drop', 'em' or 'pairwise'",
    "strict": "known: pass True or False",
    "average": "known: pass 'bic' or None",
    "tolerance": "known: pass nats a row, zero or more, such as 0.01",
}
"""What a value is not, and what to pass."""


def _is_word(value: Any, *words: str) -> bool:
    return isinstance(value, str) and value in words


def _is_interval(value: Any) -> bool:
    ends = listed(value)
    return len(ends) == 2 and all(map(_is_number, ends)) and 0.0 < float(ends[1]) - float(ends[0]) < math.inf


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    most = sys.float_info.max
    return bool(-most <= value <= most)  # not so of NaN, nor of a whole number that no float holds
