"""The exceptions of symcat. Every message says what happened, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SymcatError(Exception):
    """Base of every error symcat raises on purpose.

    ``exit_status`` is what the command line ends with: 1 where there is no answer.

    Examples
    --------
    >>> import symcat
    >>> try:
    ...     symcat.lookup("z2.quartic", m2=1.0, m4=3.5)
    ... except symcat.SymcatError as error:
    ...     print(type(error).__name__)
    NoEntry
    """

    exit_status = 1


class InvalidData(SymcatError, ValueError):
    """The data cannot be used as it is: the message names the column, the value and the cure.

    Examples
    --------
    >>> import symcat
    >>> symcat.solve({"height": [1.7, 1.8, float("inf"), 1.9]})
    Traceback (most recent call last):
    symcat.errors.InvalidData: Column 'height' holds ...
    """


class NoEntry(SymcatError, LookupError):
    """No class of the catalogue answers: none fits the data, or its statistic lies outside the covered range.

    Attributes
    ----------
    label : the class asked for, or None when several were tried.
    statistic : name of the reduced statistic that decided, for example ``"kurtosis"``.
    value : the statistic's value in the data.
    valid_range : the open interval in which the class has a solution.
    suggestion : what to try instead.
    table : what each class and strategy said, a line each, cut to the width of a terminal; None where one was asked.

    Examples
    --------
    >>> import symcat
    >>> try:
    ...     symcat.lookup("z2.quartic", m2=1.0, m4=3.5)
    ... except symcat.NoEntry as error:
    ...     print(error.statistic, error.value, [round(end, 3) for end in error.valid_range])
    kurtosis 3.5 [1.0, 3.0]
    """

    def __init__(
        self,
        message: str,
        *,
        label: str | None = None,
        statistic: str | None = None,
        value: float | None = None,
        valid_range: tuple[float, float] | None = None,
        suggestion: str | None = None,
        table: str | None = None,
    ) -> None:
        sentence = message if suggestion is None else f"{message} {suggestion}"
        super().__init__(sentence if table is None else f"{sentence}\n{table}")
        self.label = label
        self.statistic = statistic
        self.value = value
        self.valid_range = valid_range
        self.suggestion = suggestion
        self.table = table


class NotConverged(NoEntry):
    """The search for the couplings has not come to an end: it ran out of time, stalled, or misses the averages.

    What it came to is no answer, and has no errors; it may serve as a start, or to see what is missing.

    Attributes
    ----------
    label : the class whose couplings were searched for.
    parameters : the closest point, in the units of the data, with the names and shapes that an answer has; None where
        there was no point yet.
    normalised_error : how far it is: the root mean square of the differences between its averages and those of the
        data, in units of their standard deviations; infinite where there is no point.
    detail : what the point is, and why the search ended.

    Examples
    --------
    >>> import numpy as np
    >>> import symcat
    >>> rows = np.random.default_rng(0).exponential(size=(2000, 5))
    >>> try:
    ...     symcat.solve(rows, classes=["polynomial.quartic"], budget_s=0.01)
    ... except symcat.NotConverged as error:
    ...     print(error.parameters)
    None
    """

    exit_status = 3

    def __init__(
        self,
        message: str,
        *,
        label: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        normalised_error: float = float("inf"),
        detail: str = "",
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message, label=label, suggestion=suggestion)
        self.parameters = None if parameters is None else dict(parameters)
        self.normalised_error = normalised_error
        self.detail = detail


class CatalogueError(SymcatError, RuntimeError):
    """The catalogue file is missing, damaged or of another version; the message says how to restore it.

    Examples
    --------
    >>> import symcat
    >>> symcat.connect("nowhere.duckdb")
    Traceback (most recent call last):
    symcat.errors.CatalogueError: There is no catalogue at nowhere.duckdb. ...
    """
