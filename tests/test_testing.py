"""``test_symmetry``: what it says, of whichever group, and what it refuses."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

import symcat

ROWS = np.random.default_rng(20).normal(size=(120, 3))


def test_it_says_what_departs_and_how_sure_that_is() -> None:
    data = pd.DataFrame({"duration": np.random.default_rng(21).exponential(size=200), "id": range(200)})
    found = symcat.test_symmetry(data, "z2", center=1.0, columns=["duration"], randomizations=199)
    assert (found.p_value <= 0.01, found.exact, found.departure) == (True, True, "skewness of 'duration'")
    assert found.effect > 1.0
    assert len(str(found).splitlines()) == 5
    assert found.model_validate_json(found.model_dump_json()) == found
    about_its_mean = symcat.test_symmetry(data["duration"], "z2", randomizations=199)
    assert (about_its_mean.exact, about_its_mean.e_value) == (False, None)
    assert "the centre is that of the rows themselves" in str(about_its_mean)
    with pytest.raises(symcat.SymcatError, match="pass center="):
        about_its_mean.monitor()


def test_ratios_are_of_positive_columns() -> None:
    x = np.exp(np.random.default_rng(22).normal(1.0, 0.5, size=200))
    assert symcat.test_symmetry(x, "scale", center=float(np.e), randomizations=99).p_value > 0.05
    assert symcat.test_symmetry(x, "scale", center=1.0, randomizations=99).p_value == 0.01
    with pytest.raises(symcat.InvalidData, match="some values are not above zero"):
        symcat.test_symmetry(ROWS, "scale")


def test_the_same_answer_from_every_frame_and_seed() -> None:
    answers = [
        symcat.test_symmetry(data, "cyclic", randomizations=99, seed=3)
        for data in (
            ROWS,
            pd.DataFrame(ROWS, columns=["x0", "x1", "x2"]),
            pl.DataFrame(ROWS, schema=["x0", "x1", "x2"]),
        )
    ]
    assert answers[0] == answers[1] == answers[2]


def test_permutations_do_not_depend_on_a_common_shift() -> None:
    near, far = (symcat.test_symmetry(ROWS + shift, "permutation", randomizations=199) for shift in (0.0, 1e4))
    assert near.p_value == far.p_value
    assert near.center is None


def test_a_product_acts_on_separate_columns() -> None:
    data = pd.DataFrame(ROWS, columns=list("abc"))
    found = symcat.test_symmetry(data, [("z2", "a"), ("permutation", ["b", "c"])], center=0.0, randomizations=99)
    assert (found.group, found.p_value > 0.01) == ("z2 x permutation", True)
    shifted = data.assign(b=data["b"] + 1.0)
    found = symcat.test_symmetry(shifted, [("z2", "a"), ("permutation", ["b", "c"])], center=0.0, randomizations=99)
    assert found.p_value == 0.01


def test_stationarity_is_tested_along_the_columns() -> None:
    noise = np.random.default_rng(23).normal(size=(200, 7))
    moving = noise[:, 1:] + 0.8 * noise[:, :-1]
    assert symcat.test_symmetry(moving, "shift", randomizations=199).p_value > 0.01
    found = symcat.test_symmetry(moving * np.linspace(1.0, 2.5, 6), "shift", randomizations=199)
    assert (found.p_value, found.exact) == (0.005, False)


def test_further_rows_are_watched() -> None:
    rng = np.random.default_rng(24)
    started = symcat.test_symmetry(rng.normal(0.6, 1.0, size=(40, 1)), "z2", center=0.0, randomizations=19)
    watched, other = started.monitor(), started.monitor()
    for _ in range(6):
        evidence = watched.update(rng.normal(0.6, 1.0, size=(40, 1)))
    assert (watched.n_rows, watched.e_value) == (280, evidence)
    assert evidence > 100.0
    assert other.e_value == pytest.approx(started.e_value)


@pytest.mark.parametrize(
    ("group", "options", "words"),
    [
        ("spin", {}, "There is no group 'spin': choose one of z2, "),
        (3.5, {}, "group=3.5 is no group"),
        ("z2", {"center": [1.0, 2.0]}, "neither a number nor one for each of 3 columns"),
        ("z2", {"center": "mean"}, "neither a number"),
        ("permutation", {"center": 0.0}, "needs no centre"),
        ("z2", {"blocks": 0}, "blocks=0 is not a whole number of 1 or more"),
        ("z2", {"randomizations": 5}, "randomizations=5 is not a whole number of 19 or more"),
        ("z2", {"seed": -1}, "seed=-1"),
        ([("z2", "x0"), ("z2", "x0")], {}, "at most once"),
        (np.zeros((1, 3, 3)), {}, "has the determinant 0, not 1 or -1"),
        (1j * np.eye(3)[None], {}, "matrices of real numbers"),
        (np.empty((0, 3, 3)), {}, "one or more, and these are none"),
        ([[1.0, 2.0], [3.0, 4.0]], {}, r"shape \(k, 3, 3\) for these 3 columns"),
        (lambda n, rng: rng.normal(size=(n, 3, 3)), {"center": 0.0}, "that the function draws are of no finite"),
        ("z2", {"center": 0.0, "blocks": 60}, "makes 2 blocks of 120 rows"),
    ],
)
def test_what_means_nothing_is_refused(group: object, options: dict[str, object], words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.test_symmetry(ROWS, group, **options)  # type: ignore[arg-type]


def test_numbers_are_used_as_they_are() -> None:
    """Two values are no codes: about 1.5 a column of 1 and 2 is even, and about 0 a column of fives is not."""
    rng = np.random.default_rng(25)
    assert symcat.test_symmetry(rng.integers(1, 3, size=200), "z2", center=1.5, randomizations=99).p_value > 0.05
    apart = np.column_stack([rng.integers(2, size=100), 10 * rng.integers(2, size=100) + 10])
    assert symcat.test_symmetry(apart, "permutation", randomizations=99).p_value == 0.01
    fives = pd.DataFrame({"a": np.full(100, 5.0), "b": rng.normal(size=100)})
    assert symcat.test_symmetry(fives, "z2", center=0.0, columns=["a", "b"], randomizations=99).p_value == 0.01
    with pytest.warns(UserWarning, match="Columns left out: 'a'"):
        symcat.test_symmetry(fives, "z2", center=0.0, randomizations=19)


def test_the_order_of_the_rows_is_no_evidence() -> None:
    rows = np.sort(np.random.default_rng(26).normal(size=300))
    found = symcat.test_symmetry(rows, "z2", center=0.0, randomizations=19)
    assert found.e_value is not None
    assert found.e_value < 20.0


def test_it_is_sent_to_other_processes_without_its_monitor() -> None:
    found = symcat.test_symmetry(ROWS, "z2", center=0.0, randomizations=19)
    back = pickle.loads(pickle.dumps(found))
    assert back == found
    with pytest.raises(symcat.SymcatError, match="run the test again"):
        back.monitor()
    assert found.monitor().n_rows == 120


def test_groups_act_on_numbers() -> None:
    with pytest.raises(symcat.InvalidData, match="'kind' is not numeric"):
        symcat.test_symmetry(pd.DataFrame({"kind": list("abc") * 40, "x": ROWS[:, 0]}), "z2")
    with pytest.raises(symcat.InvalidData, match="choose another unit"):
        symcat.test_symmetry(1e200 * ROWS, "z2", center=0.0)
    with pytest.raises(symcat.InvalidData, match="5 complete rows are too few"):
        symcat.test_symmetry(ROWS[:5], "z2")
