"""The frame that ``by=`` returns: one row per group, or one row per group and free number.

A key column keeps its name and its values. A result whose name is taken by a key gets an underscore behind it: beside
a key ``label`` the class is in ``label_``. A number of a parameter is named after the parameter and the columns it
belongs to, ``precision_x_y``, without these where the table has one column or the parameter one number; a parameter
named in the plural says its singular there, ``coefficient_x``. Standard errors end in ``_se``. Where two results would
have one name, as with columns ``a`` and ``a_se``, all numbers of these parameters have their columns in brackets:
``coefficient[a_se]`` is a coefficient, ``coefficient[a]_se`` a standard error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.answer import frames, group_texts
from symcat.answer.frames import Column, Frame, Key, Text
from symcat.answer.free_numbers import FreeNumber, free_numbers
from symcat.answer.records import Floats
from symcat.models.candidates import Candidate, Weighed

Keys: TypeAlias = Mapping[str, NDArray[Any]]
Name: TypeAlias = tuple[str, ...]
"""Of a result: words to be joined by underscores, and an ending. What has the same in two classes is one column."""

_PLURAL = re.compile(r"(?<=[^aisu])s$")
_AXES = re.compile(r"axes$")


def group_frame(
    keys: Keys,
    n_rows: NDArray[np.int64],
    n_missing: NDArray[np.int64],
    weighed: Weighed,
    *,
    tolerance: float,
    unusable: Text | None = None,
    like: Frame | None = None,
) -> Any:
    """One row per group: its keys, its class, the verdict, row counts, parameters, standard errors and likelihood.

    ``checks`` names the checks that were made of the class, ``failed`` those that reject it though it was taken,
    ``reason`` says why there is no answer; each is null where there is nothing to say. What the class of a group does
    not have is missing: NaN in pandas, null in polars and pyarrow.

    Parameters
    ----------
    keys : the columns of groups, (G,) each.
    n_rows, n_missing : (G,) complete rows, and rows left out.
    weighed : the candidates' fits of the G groups.
    tolerance : nats a row of a misfit that is called close; checks and richer classes tell how large it is.
    unusable : why the data of a group cannot be used, null where they can.
    like : the user's data, which has the key columns.
    """
    weighed = _usable(weighed, unusable)
    results: dict[Name, Column] = {}
    unanswered = bool((weighed.taken == len(weighed.candidates)).all())
    if unanswered or len({candidate.label for candidate in weighed.candidates}) > 1:
        results["label",] = group_texts.labels(weighed)
    results["verdict",] = group_texts.verdicts(weighed, tolerance)
    results["n_rows",] = n_rows
    results["n_missing",] = n_missing
    results |= _numbers(weighed)
    results["checks",] = group_texts.checks_made(weighed)
    results["failed",] = group_texts.checks_failed(weighed)
    results["reason",] = group_texts.reasons(weighed, unusable)
    return frames.build(_named({name: Key(values) for name, values in keys.items()}, results), like)


def long_frame(keys: Keys, weighed: Weighed, *, unusable: Text | None = None, like: Frame | None = None) -> Any:
    """One row per group and free number of its class: its keys, parameter, at, estimate, standard_error and reason.

    A group without an answer has one row, of which only ``reason`` says something, null elsewhere; arguments as for
    ``group_frame``.
    """
    weighed = _usable(weighed, unusable)
    numbers = [_free_numbers(candidate) for candidate in weighed.candidates]
    size = np.array([*map(len, numbers), 1])[weighed.taken]  # rows of each group
    first = np.cumsum(size) - size
    total = int(size.sum())
    estimate, error = np.full(total, np.nan), np.full(total, np.nan)
    which = np.full(total, sum(map(len, numbers)), dtype=np.int32)  # of a group without an answer
    known = [number for own in numbers for number in own]
    reasons = group_texts.reasons(weighed, unusable)
    before = 0
    for index, (candidate, own) in enumerate(zip(weighed.candidates, numbers, strict=True)):
        groups = np.flatnonzero(weighed.taken == index)
        for place, number in enumerate(own):
            rows = first[groups] + place
            which[rows] = before + place
            estimate[rows] = number.of_groups(candidate.fit.parameters[number.parameter])[groups]
            if number.parameter in candidate.fit.standard_errors:
                error[rows] = number.of_groups(candidate.fit.standard_errors[number.parameter])[groups]
        before += len(own)
    results: dict[Name, Column] = {
        ("parameter",): Text((*(number.parameter for number in known), None), which),
        ("at",): Text((*(number.place for number in known), None), which),
        ("estimate",): estimate,
        ("standard_error",): error,
        ("reason",): replace(reasons, codes=np.repeat(reasons.codes, size)),
    }
    return frames.build(_named({name: Key(np.repeat(v, size)) for name, v in keys.items()}, results), like)


def _usable(weighed: Weighed, unusable: Text | None) -> Weighed:
    """The same with no class taken where the data of a group cannot be used."""
    if unusable is None:
        return weighed
    return replace(weighed, taken=np.where(unusable.null, weighed.taken, len(weighed.candidates)))


def _numbers(weighed: Weighed) -> dict[Name, Floats]:
    """Every number of the fits by its name, those of the class that each group takes."""
    candidates = weighed.candidates
    chosen = [weighed.taken == index for index in range(len(candidates))]
    numbers = [_free_numbers(candidate) for candidate in candidates]
    fits = [candidate.fit for candidate in candidates]
    sole = len(fits) == 1 and bool((chosen[0] | ~fits[0].answered).all())  # what is not taken is NaN already
    found: dict[Name, Floats] = {}

    def put(name: Name, values: Floats | None, index: int) -> None:
        if values is None:
            return
        if sole:
            found[name] = values
            return
        if name not in found:
            found[name] = np.full(len(values), np.nan)
        np.copyto(found[name], values, where=chosen[index])

    for ending, kind in (("", "parameters"), ("_se", "standard_errors")):
        for index, fit in enumerate(fits):
            of_kind: Mapping[str, Floats] = getattr(fit, kind)
            for number in numbers[index]:
                if number.parameter in of_kind:
                    values = of_kind[number.parameter]
                    put((*_stem(candidates[index], number), ending), number.of_groups(values), index)
    for index, fit in enumerate(fits):
        for name in fit.shown:
            put((name,), fit.statistics[name], index)
    for name in ("log_partition", "log_likelihood", "bic"):
        for index, fit in enumerate(fits):
            put((name,), getattr(fit, name), index)
    for name in ("residual_standard_deviation", "r_squared"):
        for index, fit in enumerate(fits):
            put((name,), getattr(fit.regression, name, None), index)
    return found


def _free_numbers(candidate: Candidate) -> list[FreeNumber]:
    """The free numbers that the class may have in some group: none of them is zero in all."""
    shapes = {name: values.shape[1:] for name, values in candidate.fit.parameters.items()}
    return list(free_numbers(candidate.model, {name: np.ones(shape) for name, shape in shapes.items()}))


def _stem(candidate: Candidate, number: FreeNumber) -> Name:
    """The parameter and the columns that a number belongs to."""
    values = candidate.fit.parameters[number.parameter]
    if values.ndim == 1 or (len(candidate.model.schema) == 1 and values[0].size == 1):
        return (number.parameter,)
    return (_PLURAL.sub("", _AXES.sub("axis", number.parameter)), *number.at)


def _named(keys: Mapping[str, Column], results: Mapping[Name, Column]) -> dict[str, Column]:
    """The columns by name, each name once, whatever the columns of the data are called."""
    taken = Counter(map(_joined, results))
    unclear = {name[0] for name in results if taken[_joined(name)] > 1 and len(name) > 2}
    table = dict(keys)
    for result, column in results.items():
        name = _in_brackets(result) if result[0] in unclear and len(result) > 2 else _joined(result)
        while name in table:
            name += "_"
        table[name] = column
    return table


def _joined(name: Name) -> str:
    return "_".join(name[:-1]) + name[-1]


def _in_brackets(name: Name) -> str:
    parameter, *columns, ending = name
    return f"{parameter}[{','.join(columns)}]{ending}"
