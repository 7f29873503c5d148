"""The SQL macros of the Gaussian family, which need no table."""

from __future__ import annotations

from builders.gaussian.regression_sql import regression


def statements() -> list[str]:
    """The SQL that makes the macros."""
    return regression()
