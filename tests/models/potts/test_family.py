"""Which tables have which classes, and what is done with an answer in the names of columns and levels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import symcat
from symcat.data.schema import Schema
from symcat.errors import InvalidData, NoEntry, SymcatError
from symcat.models.potts import FAMILY

LEVELS = ("a", "b", "c")


def frame_of(n: int = 400, columns: int = 3, seed: int = 0) -> pd.DataFrame:
    """Columns of three levels, each like the one before in half of the rows."""
    rng = np.random.default_rng(seed)
    digits = rng.integers(3, size=(n, columns))
    for j in range(1, columns):
        digits[:, j] = np.where(rng.random(n) < 0.5, digits[:, j - 1], digits[:, j])
    return pd.DataFrame({f"q{j}": np.array(LEVELS)[digits[:, j]] for j in range(columns)})


@pytest.mark.parametrize(
    ("levels", "labels"),
    [
        ((LEVELS,), ("independent",)),
        ((LEVELS, LEVELS), ("independent", "curie_weiss", "tree")),
        ((LEVELS, (0, 1)), ("independent", "tree")),
        ((LEVELS, LEVELS, LEVELS), ("independent", "curie_weiss", "tree", "pairwise")),
        ((LEVELS, LEVELS, (0, 1)), ("independent", "tree", "pairwise")),
        (((0, 1), (0, 1)), ()),
        ((LEVELS, None), ()),
    ],
)
def test_candidates(levels: tuple[tuple[object, ...] | None, ...], labels: tuple[str, ...]) -> None:
    schema = Schema(tuple(f"x{j}" for j in range(len(levels))), levels)  # type: ignore[arg-type]
    assert FAMILY.candidates(schema) == tuple(f"potts.{label}" for label in labels)


def test_two_valued_columns_by_name_are_as_ising() -> None:
    frame = frame_of().replace("c", "b")
    potts = symcat.solve(frame, classes=["potts.pairwise"])
    ising = symcat.solve(frame, classes=["ising.pairwise"])
    assert potts.log_likelihood == pytest.approx(ising.log_likelihood, abs=1e-8)
    assert np.allclose(potts.parameters["h"][1::2], ising.parameters["h"], atol=1e-10)
    assert np.allclose(potts.robust_standard_errors["h"][1::2], ising.robust_standard_errors["h"], rtol=1e-6)
    triple = symcat.solve(frame, classes=["potts.pairwise"], interactions=[("q0", "q1", "q2")])
    assert triple.n_parameters == 7


def test_an_answer_speaks_in_levels() -> None:
    frame = frame_of()
    s = symcat.solve(frame, classes=["potts.tree"])
    assert s.to_frame()["at"].tolist()[:3] == ["q0 = b", "q0 = c", "q1 = b"]
    assert "q0 = b, q1 = c" in s.to_frame()["at"].tolist()
    assert "levels: q0, q1, q2 = a, b, c" in str(s)
    drawn = s.sample(50)
    assert set(np.unique(drawn.to_numpy().astype(str))) <= set(LEVELS)
    every = pd.DataFrame([(x, y, z) for x in LEVELS for y in LEVELS for z in LEVELS], columns=list(frame))
    assert np.exp(s.log_density(every)).sum() == pytest.approx(1.0, abs=1e-12)
    assert s.entropy() == pytest.approx(-(np.exp(s.log_density(every)) @ s.log_density(every)), abs=1e-10)


def test_the_free_energy_is_minus_the_log_of_the_probability() -> None:
    s = symcat.solve(frame_of(), classes=["potts.pairwise"])
    expression = s.free_energy()
    for row in (("a", "b", "c"), ("c", "c", "a")):
        at = dict(zip(sorted(expression.free_symbols, key=str), (LEVELS.index(level) for level in row), strict=True))
        value = -float(expression.subs(at)) - s.log_partition
        assert value == pytest.approx(
            float(s.log_density(pd.DataFrame([row], columns=["q0", "q1", "q2"]))[0]), abs=1e-10
        )


def test_groups_have_their_own_answers() -> None:
    frame = frame_of(900)
    frame["place"] = np.repeat(["north", "south", "west"], 300)
    for label in ("potts.tree", "potts.pairwise", "potts.independent", "potts.curie_weiss"):
        table = symcat.solve(frame, by="place", classes=[label]).set_index("place")
        alone = symcat.solve(frame[frame["place"] == "south"].drop(columns="place"), classes=[label])
        assert table.loc["south", "log_likelihood"] == pytest.approx(alone.log_likelihood, abs=1e-7)


@pytest.mark.filterwarnings("ignore:Whether .* describes the data cannot be judged")
def test_rows_in_any_form_have_one_answer() -> None:
    frame = frame_of()
    counts = frame.value_counts().rename("n").reset_index()
    one = symcat.solve(frame)
    other = symcat.solve(counts, counts="n")
    assert one.label == other.label
    assert one.bic == pytest.approx(other.bic, abs=1e-7)
    weighted = symcat.solve(counts, weights="n", classes=["potts.independent"])
    assert weighted.parameters["h"] == pytest.approx(
        symcat.solve(frame, classes=["potts.independent"]).parameters["h"], abs=1e-10
    )


def test_couplings_that_are_given_may_have_any_gauge() -> None:
    rng = np.random.default_rng(0)
    block = rng.normal(size=(3, 2))
    J = np.zeros((5, 5))
    J[:3, 3:], J[3:, :3] = block, block.T
    s = symcat.model("potts.pairwise", levels=[3, 2], h=rng.normal(size=5), J=J, columns=["x", "y"])
    tree = symcat.model("potts.tree", levels=[3, 2], h=s.parameters["h"], J=s.parameters["J"])
    assert s.log_partition == pytest.approx(tree.log_partition, abs=1e-12)
    assert np.abs(s.parameters["J"].sum(axis=0)).max() < 1e-12
    one = symcat.model("potts.curie_weiss", d=3, J=np.diag([1.0, 0.5, 0.0]), h=[0.2, 0.0, 0.1])
    wide = symcat.model(
        "potts.pairwise",
        levels=[3, 3, 3],
        h=np.tile([0.2, 0.0, 0.1], 3),
        J=np.kron(1.0 - np.eye(3), np.diag([1.0, 0.5, 0.0])),
    )
    assert one.entropy() == pytest.approx(wide.entropy(), abs=1e-12)
    assert one.log_partition == pytest.approx(wide.log_partition, abs=1e-12)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"levels": [3, 1], "J": np.zeros((4, 4))}, "A column of 1 levels is none"),
        ({"levels": [3, 2], "J": np.zeros((4, 4))}, "pass a symmetric \\(5, 5\\) matrix"),
        ({"levels": [3, 2], "J": np.ones((5, 5))}, "J couples x0 = 0 with x0 = 0, of one column"),
        ({"levels": [3, 2], "J": np.zeros((5, 5)), "h": [0.0]}, "one field for each of the 5 levels"),
    ],
)
def test_couplings_of_another_shape_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidData, match=said):
        symcat.model("potts.pairwise", **given)


def test_a_tree_has_no_circle() -> None:
    with pytest.raises(InvalidData, match="in a circle"):
        symcat.model("potts.tree", levels=[2, 2, 2], J=np.kron(1.0 - np.eye(3), np.array([[1.0, -1.0], [-1.0, 1.0]])))


def test_there_are_no_averages_to_look_up() -> None:
    with pytest.raises(InvalidData, match="fitted to rows"):
        symcat.lookup("potts.tree", m=[0.5], q=[[0.5]])


def test_tables_out_of_reach_are_refused_with_what_to_ask_for() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {f"c{j:02}": np.array(list("ABCDEFGHIJKLMNOPQRSTU"))[rng.integers(21, size=300)] for j in range(16)}
    )
    with pytest.raises(NoEntry, match=r"(?s)16 columns of up to 21 levels have 1\.4e\+21 different rows"):
        symcat.solve(frame, classes=["potts.pairwise"])
    with pytest.warns(UserWarning, match="300 rows for 6320 parameters"):
        assert symcat.solve(frame, classes=["potts.tree"]).log_likelihood < 0.0


def test_levels_have_no_mean_and_say_so() -> None:
    s = symcat.solve(frame_of(), classes=["potts.tree"])
    with pytest.raises(SymcatError, match="levels are no numbers"):
        s.moment(1)
    assert s.moments()["m"].sum() == pytest.approx(3.0)
