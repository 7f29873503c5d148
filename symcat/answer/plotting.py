"""The data and the fitted density in one picture. Needs matplotlib: ``pip install symcat[plot]``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symcat.errors import InvalidData, SymcatError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

_MOST_BINS = 100_000
_MOST_POINTS = 400


def density(
    log_density: Callable[[Floats], Floats],
    label: str,
    column: str,
    data: ArrayLike | None,
    span: Floats | None = None,
    ax: Axes | None = None,
    bins: int | str = "auto",
    *,
    whole_numbers: bool = False,
) -> Axes:
    """Draws the density of one column, over its histogram and the Gaussian of the same moments where there are data.

    ``span`` holds the ends of the curve where there are none. Of ``whole_numbers`` their probabilities are drawn.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise SymcatError("Plotting needs matplotlib: pip install symcat[plot].") from error
    try:
        x = np.asarray(span if data is None else data, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(
            f"data is not made of numbers ({error}): pass the values of the column {column!r}."
        ) from error
    if x.ndim > 1 and x.size > len(x):
        raise InvalidData(f"data has shape {x.shape}: pass the values of the column {column!r} alone.")
    x = x[np.isfinite(x)].reshape(-1)
    if not len(x) or x.min() == x.max():
        raise InvalidData(f"data has no two different values to draw: pass the values of the column {column!r}.")
    _check_options(ax, bins)
    if ax is None:
        ax = plt.subplots(figsize=(6.0, 3.6), layout="constrained")[1]
    margin = 0.15 * (x.max() - x.min())
    grid = np.linspace(x.min() - margin, x.max() + margin, 400)
    if data is not None:
        ax.hist(x, bins=bins, density=True, color="0.85", edgecolor="white", label="data")
        gaussian = np.exp(-0.5 * ((grid - x.mean()) / x.std()) ** 2) / (x.std() * np.sqrt(2.0 * np.pi))
        ax.plot(grid, gaussian, "--", color="0.45", linewidth=1.2, label="Gaussian")
    if whole_numbers:
        first, last = np.ceil(grid[0]), np.floor(grid[-1])
        grid = np.arange(first, last + 1.0, max(1.0, np.floor((last - first) / _MOST_POINTS)))
    style = {"marker": "o", "markersize": 4.0, "linewidth": 0.8} if whole_numbers else {"linewidth": 2.0}
    ax.plot(grid, np.exp(log_density(grid)), color="tab:blue", label=label, **style)
    ax.set_xlabel(column)
    ax.set_ylabel("probability" if whole_numbers else "density")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return ax


_RULES = ("auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt")


def _check_options(ax: object, bins: object) -> None:
    """Raises InvalidData for what matplotlib would take amiss."""
    whole = isinstance(bins, int | np.integer) and not isinstance(bins, bool)
    if not ((whole and 1 <= int(bins) <= _MOST_BINS) or (isinstance(bins, str) and bins in _RULES)):  # type: ignore[call-overload]
        raise InvalidData(
            f"bins={bins!r} is not known: pass a whole number from 1 to {_MOST_BINS}, or one of {', '.join(_RULES)}."
        )
    if not (ax is None or hasattr(ax, "hist")):
        raise InvalidData(f"ax={ax!r} is not known: pass axes of matplotlib, or None for new ones.")
