"""The exceptions of symcat. Every message says what happened, why, and what to do about it."""

from __future__ import annotations


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


class CatalogueError(SymcatError, RuntimeError):
    """The catalogue file is missing, damaged or of another version; the message says how to restore it.

    Examples
    --------
    >>> import symcat
    >>> symcat.connect("nowhere.duckdb")
    Traceback (most recent call last):
    symcat.errors.CatalogueError: There is no catalogue at nowhere.duckdb. ...
    """
