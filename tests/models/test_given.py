"""Laws of some columns given others: the joint density is that of the known columns times theirs."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logsumexp

import symcat
from symcat.errors import SymcatError

Floats = NDArray[np.float64]
RNG = np.random.default_rng(20261128)


def symmetric(size: int, scale: float = 0.6) -> Floats:
    upper = np.triu(RNG.normal(scale=scale, size=(size, size)), 1)
    return upper + upper.T


def chain(size: int) -> Floats:
    j = np.zeros((size, size))
    for i, k in ((0, 1), (1, 2), (1, 3), (3, 4))[: size - 1]:
        j[i, k] = j[k, i] = RNG.normal()
    return j


def every_row(answer: symcat.Solution) -> Floats:
    """All rows of discrete columns."""
    assert answer.levels is not None
    return np.array(list(product(*(answer.levels[name] for name in answer.columns))), dtype=object)


def conditions_of(answer: symcat.Solution, rows: Floats, most: int = 3) -> list[tuple[int, ...]]:
    return [known for size in range(1, min(most, rows.shape[1])) for known in combinations(range(rows.shape[1]), size)]


def of_all_rows(answer: symcat.Solution) -> None:
    """Of discrete columns: the margin is the sum over the rows of the others."""
    rows = every_row(answer)
    joint = answer.log_density(rows)
    for known in conditions_of(answer, rows):
        for values in set(map(tuple, rows[:, known])):
            same = (rows[:, known] == np.array(values, dtype=object)).all(axis=1)
            rest = answer.given(dict(zip((answer.columns[j] for j in known), values, strict=True)))
            left = np.delete(rows[same], known, axis=1)
            margin = logsumexp(joint[same])
            assert rest.log_density(left) + margin == pytest.approx(joint[same], abs=1e-10)


BINARY = {"basis": "binary"}
ISING: dict[str, dict[str, Any]] = {
    "ising.independent": {"h": RNG.normal(size=4)},
    "ising.curie_weiss": {"d": 4, "h": 0.3, "J": -0.4},
    "ising.ring": {"d": 5, "h": 0.2, "J": 0.7},
    "ising.square": {"d": 4, "J": 0.4},
    "ising.tree": {"h": RNG.normal(size=5), "J": chain(5)},
    "ising.pairwise": {"h": RNG.normal(size=4), "J": symmetric(4)},
}


@pytest.mark.parametrize("basis", ["spin", "binary"])
@pytest.mark.parametrize("label", ISING)
def test_of_two_valued_columns(label: str, basis: Any) -> None:
    of_all_rows(symcat.model(label, basis=basis, **ISING[label]))


def rows_of_levels(n: int = 400) -> dict[str, Any]:
    """Four columns of two to four levels that hang together."""
    first = RNG.integers(0, 3, size=n)
    second = (first + RNG.integers(0, 2, size=n)) % 4
    third = ((second > 1) ^ (RNG.random(n) < 0.3)).astype(int)
    fourth = (first + third + RNG.integers(0, 2, size=n)) % 3
    names = np.array(["a", "b", "c", "d"])
    return {"w": names[first], "x": names[second], "y": np.array(["no", "yes"])[third], "z": names[fourth]}


@pytest.mark.parametrize("label", ["potts.independent", "potts.tree", "potts.pairwise"])
def test_of_columns_with_levels(label: str) -> None:
    of_all_rows(symcat.solve(rows_of_levels(), classes=[label]))


def test_of_columns_with_levels_that_are_all_alike() -> None:
    of_all_rows(symcat.model("potts.curie_weiss", d=4, h=[0.3, -0.1, 0.0], J=symmetric(3)))


@pytest.mark.parametrize(
    "interactions",
    [[("w", "x", "y")], [("w", "y"), ("x", "y", "z")], [("w", "x", "y", "z"), ("w", "x", "y"), ("x", "y", "z")]],
)
def test_of_sets_of_three_and_more(interactions: list[tuple[str, ...]]) -> None:
    rows = rows_of_levels(4000)
    of_all_rows(symcat.solve(rows, classes=["potts.pairwise"], interactions=interactions, prior=1.0))
    two = {name: np.isin(values, ("a", "b", "yes")) for name, values in rows.items()}
    of_all_rows(symcat.solve(two, classes=["ising.pairwise"], interactions=interactions, prior=1.0))


def test_what_is_left_stays_in_its_class() -> None:
    tree = symcat.solve(rows_of_levels(), classes=["potts.tree"])
    assert tree.given(y="no").label == "potts.tree"
    assert tree.given(y="no", w="a", z="b").label == "potts.independent"
    ring = symcat.model("ising.ring", **ISING["ising.ring"])
    assert ring.given(x1=1).label == "ising.tree"
    assert symcat.model("ising.curie_weiss", d=5, J=0.1).given(x0=-1).label == "ising.curie_weiss"


# --- real columns beside them ----------------------------------------------------------------------------------------


def tall_rows(levels: dict[str, Any]) -> dict[str, Any]:
    """Two real columns whose means depend on those with levels, the second one not normal."""
    n = len(levels["y"])
    shift = 1.5 * (levels["y"] == "yes") + 0.5 * (levels["w"] == "a")
    u = shift + RNG.normal(size=n)
    v = 0.6 * u - shift + RNG.normal(size=n)
    return levels | {"u": u, "v": np.exp(0.4 * v), "t": RNG.normal(size=n)}


def of_some_rows(answer: symcat.Solution, rows: list[dict[str, Any]], known: tuple[str, ...]) -> None:
    """Rows with the same known values: densities differ as the joint ones do."""
    same = [row | {name: rows[0][name] for name in known} for row in rows]
    joint = answer.log_density({name: [row[name] for row in same] for name in answer.columns})
    rest = answer.given({name: rows[0][name] for name in known})
    found = rest.log_density({name: [row[name] for row in same] for name in rest.columns})
    assert found - joint == pytest.approx(np.full(len(joint), found[0] - joint[0]), abs=1e-10)


MIXED = {
    "mixed.product": {"classes": ["potts.tree", "gaussian.full"]},
    "mixed.product of scores": {"classes": ["potts.pairwise", "scores(gaussian.full)"]},
    "mixed.conditional_gaussian": {"classes": ["mixed.conditional_gaussian"]},
    "scores(mixed.conditional_gaussian)": {"classes": ["scores(mixed.conditional_gaussian)"]},
}


@pytest.mark.parametrize("name", MIXED)
def test_of_levels_beside_real_columns(name: str) -> None:
    data = tall_rows(rows_of_levels(300))
    answer = symcat.solve(data, **MIXED[name])
    rows = [{key: values[k].item() for key, values in data.items()} for k in range(12)]
    columns = answer.columns
    for known in [("w",), ("u",), ("y", "v"), ("w", "x", "y", "z"), ("u", "v", "t"), columns[:-1], columns[1:]]:
        of_some_rows(answer, rows, known)
    # The chain of conditions adds up to the joint density, whichever column comes first.
    for order in (columns, columns[::-1]):
        rest, total = answer, 0.0
        for name in order[:-1]:
            left = rest.given({name: rows[0][name]})
            apart = {key: [rows[0][key]] for key in rest.columns}
            total += float(rest.log_density(apart)[0] - left.log_density(apart)[0])
            rest = left
        total += float(rest.log_density({rest.columns[0]: [rows[0][rest.columns[0]]]})[0])
        whole = answer.log_density({key: [rows[0][key]] for key in columns})[0]
        assert total == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize("basis", ["spin", "binary"])
def test_of_two_valued_columns_beside_real_ones(basis: Any) -> None:
    data = tall_rows(rows_of_levels(300))
    two = {name: data[name] == "yes" if name == "y" else data[name] for name in ("y", "u", "t")}
    two |= {"w": data["w"] == "a", "z": data["z"] == "b"}
    answer = symcat.solve(two, classes=["mixed.conditional_gaussian"], basis=basis)
    rows = [{key: values[k].item() for key, values in two.items()} for k in range(12)]
    for known in [("w",), ("u",), ("y", "t"), ("w", "y", "z"), ("u", "t"), ("u", "y", "z", "t"), ("w", "y", "z", "u")]:
        of_some_rows(answer, rows, known)
    rest, of_levels = answer.given(u=0.3, t=-0.2), np.array(list(product([False, True], repeat=3)), dtype=object)
    assert logsumexp(rest.log_density(of_levels)) == pytest.approx(0.0, abs=1e-10)
    # The Gaussian of a cell, times the share of the cell.
    cell = answer.given(y=True, w=False, z=True)
    assert cell.label == "gaussian.full"
    x = np.array([[0.2, 0.1], [1.0, -1.0]])
    rows_of_cell = {"y": [True] * 2, "w": [False] * 2, "z": [True] * 2, "u": x[:, 0], "t": x[:, 1]}
    margin = answer.log_density(rows_of_cell) - cell.log_density({"u": x[:, 0], "t": x[:, 1]})
    share = symcat.solve({key: two[key] for key in ("y", "w", "z")}, classes=["ising.pairwise"])
    assert margin == pytest.approx(share.log_density(np.array([[True, False, True]] * 2, dtype=object)), abs=1e-8)


@pytest.mark.parametrize("known", [(0,), (2,), (0, 1)])
@pytest.mark.parametrize("label", ["o3.quartic", "whitened(o3.quartic)"])
def test_of_quartics_about_a_centre(label: str, known: tuple[int, ...]) -> None:
    rows = symcat.model("o3.quartic", r=-1.0, u=6.0, mean=[1.0, 0.0, 2.0]).sample(2000)
    turned = rows @ [[2.0, 0.3, 0.0], [0.0, 1.0, -0.4], [0.0, 0.0, 0.5]] if label.startswith("w") else rows
    answer = symcat.solve(turned, classes=[label])
    points = turned[:20].copy()
    points[:, known] = points[0, known]
    rest = answer.given({answer.columns[j]: points[0, j] for j in known})
    apart = rest.log_density(np.delete(points, known, axis=1)) - answer.log_density(points)
    assert apart == pytest.approx(np.full(20, apart[0]), abs=1e-9)
    assert rest.label == {1: label.replace("3", "2"), 2: "z2.quartic"}[len(known)]
    if len(known) == 2:
        grid = np.linspace(-30.0, 30.0, 20_001)
        assert np.trapezoid(np.exp(rest.log_density(grid)), grid) == pytest.approx(1.0, abs=1e-6)


def test_classes_without_are_told_truly() -> None:
    rows = np.random.default_rng(0).standard_t(4.0, size=(300, 1)) + np.random.default_rng(1).normal(size=(300, 2))
    with pytest.raises(SymcatError, match="other tails"):
        symcat.solve(rows, classes=["scores(student)"]).given(x0=0.0)
