"""The data and the fitted density in one picture. Needs matplotlib: ``pip install symcat[plot]``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import SymcatError

if TYPE_CHECKING:
    from symcat.answer.solution import Solution

Floats = NDArray[np.float64]


def density(answer: Solution, data: Floats, ax: Any = None, bins: int | str = "auto") -> Any:
    """Draws the histogram of one column, its fitted density and the density of the Gaussian of the same moments."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise SymcatError("Plotting needs matplotlib: pip install symcat[plot].") from error
    if len(answer.columns) != 1:
        raise SymcatError(
            f"A density of {len(answer.columns)} columns cannot be drawn as a curve: solve for one column."
        )
    x = np.asarray(data, dtype=np.float64).reshape(-1)
    x = x[np.isfinite(x)]
    if ax is None:
        ax = plt.subplots(figsize=(6.0, 3.6), layout="constrained")[1]
    margin = 0.15 * (x.max() - x.min())
    grid = np.linspace(x.min() - margin, x.max() + margin, 400)
    ax.hist(x, bins=bins, density=True, color="0.85", edgecolor="white", label="data")
    gaussian = np.exp(-0.5 * ((grid - x.mean()) / x.std()) ** 2) / (x.std() * np.sqrt(2.0 * np.pi))
    ax.plot(grid, gaussian, "--", color="0.45", linewidth=1.2, label="Gaussian")
    ax.plot(grid, np.exp(answer.log_density(grid)), color="tab:blue", linewidth=2.0, label=answer.label)
    ax.set_xlabel(answer.columns[0])
    ax.set_ylabel("density")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return ax
