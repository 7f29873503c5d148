"""Draws the documents' pictures from the shipped data: ``make docs``."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

import symcat

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Writes docs/penguins.svg, the same bytes for the same data and matplotlib."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "symcat"
    path = ROOT / "examples" / "penguin_bill_depth.csv"
    axes = symcat.solve(path).plot(np.loadtxt(path, skiprows=1), bins=18)
    axes.set_xlabel("bill depth (mm)")
    axes.figure.savefig(ROOT / "docs" / "penguins.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
