"""Rows of ``checks``: what was compared, how, at how many points, the worst residual, the bound to meet."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

from builders.base import Level, Row
from builders.store.text import to_text


class CannotCertify(ArithmeticError):
    """A value could not be proven to the accuracy asked for: nothing is written for the entry."""


def round_up(residual: float) -> float:
    """Two significant digits, upwards: the last bits differ between processors, and nobody reads them."""
    if residual == 0.0 or not math.isfinite(residual):
        return residual if residual == 0.0 else sys.float_info.max
    unit = 10.0 ** (math.floor(math.log10(residual)) - 1)
    return float(f"{math.ceil(residual / unit) * unit:.1e}") if unit > 0.0 else residual


def check(label: str, name: str, method: str, *, level: Level, points: int, residual: float, bound: float) -> Row:
    """A row of ``checks``; it passes where the residual, rounded up, is within the bound."""
    residual = round_up(residual)
    return {
        "label": label,
        "name": name,
        "method": method,
        "level": level,
        "points": points,
        "residual": residual,
        "bound": bound,
        "passed": bool(residual <= bound),
    }


def check_rounding(
    label: str, name: str, method: str, *, level: Level, residuals: Sequence[float], bound: float
) -> Row:
    """A row of ``checks`` for residuals that are rounding errors: the power of ten of the worst of them.

    Rounding differs between processors and linear algebra libraries; its power of ten does not.
    """
    residual = 10.0 ** math.ceil(math.log10(max(*residuals, 1e-16)))
    return check(label, name, method, level=level, points=len(residuals), residual=residual, bound=bound)


def check_same(label: str, name: str, stored: Sequence[Row], recomputed: Sequence[Row], level: Level) -> Row:
    """A row of ``checks`` for a table of exact numbers: recomputed, its text is the stored one."""
    differ = to_text(stored) != to_text(recomputed)
    return check(label, name, "recomputed", level=level, points=len(stored), residual=float(differ), bound=0.0)


def require(checks: Sequence[Row]) -> None:
    """Raise CannotCertify if a row of ``checks`` did not pass."""
    failed = [f"{row['name']}: residual {row['residual']} above {row['bound']}" for row in checks if not row["passed"]]
    if failed:
        raise CannotCertify("; ".join(failed))
