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


def density(
    log_density: Callable[[Floats], Floats],
    label: str,
    column: str,
    data: ArrayLike | None,
    span: Floats | None = None,
    ax: Axes | None = None,
    bins: int | str = "auto",
) -> Axes:
    """Draws the density of one column, over its histogram and the Gaussian of the same moments where there are data.

    ``span`` holds the ends of the curve where there are none.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise SymcatError("Plotting needs matplotlib: pip install symcat[plot].") from error
    try:
        x = np.asarray(span if data is None else data, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError) as error:
        raise InvalidData(
            f"data is not made of numbers ({error}): pass the values of the column {column!r}."
        ) from error
    x = x[np.isfinite(x)]
    if not len(x) or x.min() == x.max():
        raise InvalidData(f"data has no two different values to draw: pass the values of the column {column!r}.")
    if ax is None:
        ax = plt.subplots(figsize=(6.0, 3.6), layout="constrained")[1]
    margin = 0.15 * (x.max() - x.min())
    grid = np.linspace(x.min() - margin, x.max() + margin, 400)
    if data is not None:
        ax.hist(x, bins=bins, density=True, color="0.85", edgecolor="white", label="data")
        gaussian = np.exp(-0.5 * ((grid - x.mean()) / x.std()) ** 2) / (x.std() * np.sqrt(2.0 * np.pi))
        ax.plot(grid, gaussian, "--", color="0.45", linewidth=1.2, label="Gaussian")
    ax.plot(grid, np.exp(log_density(grid)), color="tab:blue", linewidth=2.0, label=label)
    ax.set_xlabel(column)
    ax.set_ylabel("density")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return ax
