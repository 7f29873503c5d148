"""Published contingency tables: the log-linear models of R's ``loglin``, and Poisson regression on the counts."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.errors import NoEntry

# Counts of R's package datasets, the levels of the first column fastest.
UCB = {
    "Admit": ("Admitted", "Rejected"),
    "Gender": ("Male", "Female"),
    "Dept": tuple("ABCDEF"),
}
UCB_ROWS = [
    512,
    313,
    89,
    19,
    353,
    207,
    17,
    8,
    120,
    205,
    202,
    391,
    138,
    279,
    131,
    244,
    53,
    138,
    94,
    299,
    22,
    351,
    24,
    317,
]
HAIR_EYE = {
    "Hair": ("Black", "Brown", "Red", "Blond"),
    "Eye": ("Brown", "Blue", "Hazel", "Green"),
    "Sex": ("Male", "Female"),
}
HAIR_EYE_ROWS = [
    *(32, 53, 10, 3, 11, 50, 10, 30, 10, 25, 7, 5, 3, 15, 7, 8),
    *(36, 66, 16, 4, 9, 34, 7, 64, 5, 29, 7, 5, 2, 14, 7, 8),
]
TITANIC = {
    "Class": ("1st", "2nd", "3rd", "Crew"),
    "Sex": ("Male", "Female"),
    "Age": ("Child", "Adult"),
    "Survived": ("No", "Yes"),
}
TITANIC_ROWS = [
    *(0, 0, 35, 0, 0, 0, 17, 0, 118, 154, 387, 670, 4, 13, 89, 3),
    *(5, 11, 13, 0, 1, 13, 14, 0, 57, 14, 75, 192, 140, 80, 76, 20),
]


def table(levels: dict[str, tuple[str, ...]], rows: list[int]) -> pd.DataFrame:
    """One line for each cell, with how many rows it has."""
    cells = [cell[::-1] for cell in product(*reversed(levels.values()))]
    return pd.DataFrame(cells, columns=list(levels)).assign(n=rows)


def poisson(frame: pd.DataFrame, columns: list[str], sets: list[tuple[str, ...]]) -> np.ndarray:
    """Expected counts of the Poisson regression with indicators of the levels of all sets, by Newton's method."""
    one = {name: pd.get_dummies(frame[name]).to_numpy(dtype=float)[:, 1:] for name in columns}
    design = [np.ones((len(frame), 1))]
    for chosen in sets:
        block = np.ones((len(frame), 1))
        for name in chosen:
            block = (block[:, :, None] * one[name][:, None, :]).reshape(len(frame), -1)
        design.append(block)
    x, y = np.concatenate(design, axis=1), frame["n"].to_numpy(dtype=float)
    eta = np.log(y + 0.5)
    for _ in range(60):
        mu = np.exp(eta)
        root = np.sqrt(mu)[:, None]
        beta = np.linalg.lstsq(root * x, root[:, 0] * (eta + (y - mu) / mu), rcond=None)[0]
        eta = x @ beta
    return np.exp(eta)


CASES = {
    "UCBAdmissions": (UCB, UCB_ROWS, 20.20428, 5),
    "HairEyeColor": (HAIR_EYE, HAIR_EYE_ROWS, 6.761258, 9),
}


@pytest.mark.parametrize("name", CASES)
def test_all_pairs_are_those_of_loglin_and_of_poisson_regression(name: str) -> None:
    levels, rows, deviance, degrees = CASES[name]
    frame = table(levels, rows)
    columns, n = list(levels), sum(rows)
    s = symcat.solve(frame, counts="n", classes=["potts.pairwise"])
    expected = n * np.exp(s.log_density(frame[columns]))
    y = frame["n"].to_numpy(dtype=float)
    assert 2.0 * (y * np.log(y / expected)).sum() == pytest.approx(deviance, abs=1e-5)  # loglin stops at 0.1 rows
    assert len(frame) - 1 - s.n_parameters == degrees
    sets = [*((c,) for c in columns), *combinations(columns, 2)]
    assert np.allclose(expected, poisson(frame, columns, sets), rtol=1e-8)
    assert s.log_likelihood == pytest.approx((y * np.log(expected / n)).sum(), abs=1e-8)


def test_interactions_choose_the_pairs_and_add_triples() -> None:
    frame = table(UCB, UCB_ROWS)
    columns, n = list(UCB), sum(UCB_ROWS)
    pairs = [("Admit", "Dept"), ("Gender", "Dept")]
    s = symcat.solve(frame, counts="n", classes=["potts.pairwise"], interactions=pairs)
    expected = n * np.exp(s.log_density(frame[columns]))
    assert np.allclose(expected, poisson(frame, columns, [*((c,) for c in columns), *pairs]), rtol=1e-8)
    full = symcat.solve(frame, counts="n", classes=["potts.pairwise"], interactions=[tuple(columns)])
    assert np.allclose(n * np.exp(full.log_density(frame[columns])), UCB_ROWS, rtol=1e-8)
    assert full.n_parameters == 23
    assert len(full.parameters["interactions"]) == 24
    place = [name for name in full.to_frame()["at"] if name.count("=") == 3]
    assert place[0] == "Admit = Rejected, Gender = Male, Dept = B"


def test_what_never_occurs_is_named_and_a_prior_answers() -> None:
    frame = table(TITANIC, TITANIC_ROWS)
    s = symcat.solve(frame, counts="n", classes=["potts.pairwise"])
    assert "Class = Crew with Age = Child" in s.checks[0].detail
    with pytest.raises(NoEntry, match="Class = Crew with Age = Child"):
        symcat.solve(frame, counts="n", classes=["potts.pairwise"], prior=None)


def test_titanic_without_its_crew() -> None:
    frame = table(TITANIC, TITANIC_ROWS)
    frame = frame[frame["Class"] != "Crew"].reset_index(drop=True)
    columns = list(TITANIC)
    s = symcat.solve(frame, counts="n", classes=["potts.pairwise"], prior=None)
    expected = frame["n"].sum() * np.exp(s.log_density(frame[columns]))
    sets = [*((c,) for c in columns), *combinations(columns, 2)]
    assert np.allclose(expected, poisson(frame, columns, sets), rtol=1e-8)
    assert s.verdict == "misfit"  # women and children first is more than pairs
    third = next(check for check in s.checks if check.name == "third order")
    assert not third.passed
