"""The data and the fitted density in one picture. Needs matplotlib: ``pip install symcat[plot]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symcat.answer.records import Histogram
from symcat.errors import InvalidData, SymcatError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

_MOST_BINS = 100_000
_MOST_POINTS = 400


def density(
    curves: Mapping[str, Curve],
    column: str,
    data: ArrayLike | None,
    kept: Histogram | None = None,
    ax: Axes | None = None,
    bins: int | str = "auto",
    *,
    span: Floats | None = None,
    ppf: Curve | None = None,
    whole_numbers: bool = False,
) -> Axes:
    """Draws log densities of one column, the answer's first, over its histogram; beside it the quantiles.

    ``kept`` is the histogram where there are no data, ``span`` holds the ends of the curves where there is none of
    either, and ``ppf`` is the answer's quantile function. Of ``whole_numbers`` their probabilities are drawn.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise SymcatError("Plotting needs matplotlib: pip install symcat[plot].") from error
    x = None if data is None else _values(data, column)
    _check_options(ax, bins)
    within = span if kept is None else kept.edges
    ends = np.asarray(within)[[0, -1]] if x is None else np.array([x.min(), x.max()])
    quantiles = _quantiles(x, kept)
    beside = None
    if ax is None and quantiles is not None and ppf is not None:
        _, (ax, beside) = plt.subplots(1, 2, figsize=(9.0, 3.6), layout="constrained", width_ratios=(3, 2))
    elif ax is None:
        ax = plt.subplots(figsize=(6.0, 3.6), layout="constrained")[1]
    margin = 0.15 * (ends[1] - ends[0])
    grid = np.linspace(ends[0] - margin, ends[1] + margin, 400)
    if whole_numbers:
        first, last = np.ceil(grid[0]), np.floor(grid[-1])
        grid = np.arange(first, last + 1.0, max(1.0, np.floor((last - first) / _MOST_POINTS)))
    if x is not None:
        ax.hist(x, bins=bins, density=True, color="0.85", edgecolor="white", label="data")
    elif kept is not None:
        heights = np.asarray(kept.counts) / (kept.n_rows * np.diff(kept.edges))
        ax.stairs(heights, np.asarray(kept.edges), fill=True, color="0.85", label="data")
    for index, (label, curve) in enumerate(curves.items()):
        look: dict[str, Any] = {"color": "tab:blue", "linewidth": 2.0}
        if whole_numbers:
            look |= {"marker": "o", "markersize": 4.0, "linewidth": 0.8}
        if index:
            look = {"color": "0.45", "linewidth": 1.2, "linestyle": "--"}
        with np.errstate(all="ignore"):  # no density outside of the domain
            ax.plot(grid, np.exp(curve(grid)), label=label, **look)
    ax.set_xlabel(column)
    ax.set_ylabel("probability" if whole_numbers else "density")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    if beside is not None and quantiles is not None and ppf is not None:
        of_answer = ppf((np.arange(len(quantiles)) + 0.5) / len(quantiles))
        beside.plot(of_answer, of_answer, color="0.45", linewidth=1.2)
        beside.plot(of_answer, quantiles, ".", color="tab:blue")
        beside.set_xlabel("quantiles of the answer")
        beside.set_ylabel("quantiles of the rows")
        beside.spines[["top", "right"]].set_visible(False)
    return ax


def _values(data: ArrayLike, column: str) -> Floats:
    """The finite values to be drawn. Raises InvalidData where there are none of one column."""
    try:
        x = np.asarray(data, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(
            f"data is not made of numbers ({error}): pass the values of the column {column!r}."
        ) from error
    if x.ndim > 1 and x.size > len(x):
        raise InvalidData(f"data has shape {x.shape}: pass the values of the column {column!r} alone.")
    x = x[np.isfinite(x)].reshape(-1)
    if not len(x) or x.min() == x.max():
        raise InvalidData(f"data has no two different values to draw: pass the values of the column {column!r}.")
    return x


def _quantiles(x: Floats | None, kept: Histogram | None) -> Floats | None:
    """Of the rows, at equal steps of their share."""
    if x is not None:
        return Histogram.of(x).quantiles  # type: ignore[return-value]
    return None if kept is None else np.asarray(kept.quantiles)


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
