"""The exceptions of symcat. Every message says what happened, why, and what to do about it."""

from __future__ import annotations


class SymcatError(Exception):
    """Base of every error symcat raises on purpose."""


class InvalidData(SymcatError, ValueError):
    """The data cannot be used as it is: the message names the column, the value and the cure."""


class NoEntry(SymcatError, LookupError):
    """No class of the catalogue answers: none fits the data, or its statistic lies outside the covered range.

    Attributes
    ----------
    label : the class asked for, or None when several were tried.
    statistic : name of the reduced statistic that decided, for example ``"kurtosis"``.
    value : the statistic's value in the data.
    valid_range : the open interval in which the class has a solution.
    suggestion : what to try instead.
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
    ) -> None:
        super().__init__(message if suggestion is None else f"{message} {suggestion}")
        self.label = label
        self.statistic = statistic
        self.value = value
        self.valid_range = valid_range
        self.suggestion = suggestion


class CatalogueError(SymcatError, RuntimeError):
    """The catalogue file is missing, damaged or of another version; the message says how to restore it."""
