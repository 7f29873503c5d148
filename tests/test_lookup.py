"""The table read from averages alone."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np
import pytest

import symcat
from symcat.models.gaussian import FAMILY


def test_the_contract_examples() -> None:
    one = symcat.lookup("z2.quartic", m2=1.0, m4=2.5)
    assert one.source == "catalogue"
    assert one.standard_errors is None
    assert one.parameters["u"] == pytest.approx(0.5 + 1.5 * 0.25, rel=0.3)  # near the Gaussian: d + 3/2 d^2
    three = symcat.lookup("o3.quartic", m2=3.0, m4=12.1, n=5000)
    assert three.standard_errors["u"] > 0.0
    assert three.bic is not None
    mean, covariance = np.array([1.0, 2.0]), np.array([[2.0, 0.5], [0.5, 1.0]])
    line = symcat.lookup("gaussian.full", mean=mean, covariance=covariance, n=500, target=0)
    assert line.parameters["coefficients"][0] == pytest.approx(0.5)
    assert line.parameters["intercept"] == pytest.approx(0.0)


@pytest.mark.parametrize("label", FAMILY.labels)
def test_gaussian_classes_from_a_covariance(label: str) -> None:
    answer = symcat.lookup(label, covariance=np.eye(4) * 2.0, n=100)
    np.testing.assert_allclose(answer.parameters["precision"], np.eye(4) / 2.0, atol=1e-14)
    assert answer.log_partition == pytest.approx(2.0 * np.log(2 * np.pi * 2.0))


def test_arrays_are_a_batch() -> None:
    m4 = np.array([1.5, 2.5, 3.5, np.nan])
    with pytest.raises(symcat.InvalidData, match="lookup_batch"):
        symcat.lookup("z2.quartic", m2=np.ones(4), m4=m4)
    found = symcat.lookup_batch("z2.quartic", m2=np.ones(4), m4=m4)
    assert found.answered.tolist() == [True, True, False, False]
    assert "normalisable" in found.why(2)
    assert found.parameters["u"][1] == symcat.lookup("z2.quartic", m2=1.0, m4=2.5).parameters["u"]


@pytest.mark.parametrize("verb", [symcat.lookup, symcat.lookup_batch])
@pytest.mark.parametrize("n", [-1, 0, 0.5, 1.5, True, "ten", np.nan, np.inf, 10**400, [10, 3]])
def test_a_count_of_rows_is_a_whole_number(verb: Any, n: Any) -> None:
    with pytest.raises(symcat.InvalidData, match="count of rows"):
        verb("z2.quartic", m2=np.ones(1), m4=np.array([2.5]), n=n)


PAIR = {"mean": [1.0, 2.0], "covariance": [[2.0, 0.5], [0.5, 1.0]]}
SPINS = {"m": [0.1, 0.2], "q": [[1.0, 0.3], [0.3, 1.0]]}


@pytest.mark.parametrize(
    ("label", "given", "words"),
    [
        ("ising.pairwise", SPINS | {"target": 0, "basis": "binary"}, "basis= has no meaning .* with target="),
        ("gaussian.full", PAIR | {"target": 1.0}, "target=1.0 is not known"),
        ("gaussian.full", PAIR | {"target": True}, "target=True is not known"),
        ("gaussian.full", PAIR | {"columns": [3, 4]}, "a different text"),
        ("gaussian.full", PAIR | {"columns": ["a", "a"]}, "a different text"),
        ("gaussian.full", PAIR | {"columns": 3}, "a different text"),
        ("z2.quartic", {"m2": [], "m4": []}, "m2 is empty"),
        (None, PAIR, "gaussian.full"),
        (3, PAIR, "gaussian.full"),
    ],
)
def test_what_cannot_be_looked_up_is_an_error(label: Any, given: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.lookup(label, **given)


def test_no_groups_are_no_batch() -> None:
    with pytest.raises(symcat.InvalidData, match="m2 is empty"):
        symcat.lookup_batch("z2.quartic", m2=np.ones(0), m4=np.ones(0))


def test_a_refusal_ends_its_sentences_once() -> None:
    with pytest.raises(symcat.NoEntry) as raised:
        symcat.lookup("z2.quartic", m2=1.0, m4=1.0 + 1e-9)
    assert ".." not in str(raised.value)


def test_beyond_the_tabulated_dimensions() -> None:
    """The large-N entry joins the tables smoothly: N = 64 is tabulated, N = 65 is expanded."""
    x = 0.4
    u = [
        symcat.lookup(f"o{n}.quartic", m2=float(n), m4=(1 + 2 * x / n) * n * n).parameters["u"] * n
        for n in (63, 64, 65, 66)
    ]
    second_differences = np.diff(u, 2)
    assert np.abs(second_differences).max() < 1e-4
    assert symcat.lookup("o1.quartic", m2=1.0, m4=2.0).label == "z2.quartic"


@pytest.mark.parametrize(
    ("kurtosis", "words"),
    [
        (3.0, "at or above 3"),
        (11.0, "no normalisable"),
        (1.0 + 1e-9, "below"),
        (3.0 - 1e-9, "end of the table"),
    ],
)
def test_outside_the_table(kurtosis: float, words: str) -> None:
    with pytest.raises(symcat.NoEntry, match=words) as raised:
        symcat.lookup("z2.quartic", m2=1.0, m4=kurtosis)
    assert raised.value.value == pytest.approx(kurtosis)
    assert raised.value.valid_range is not None


# --- what the averages are of, and whether any rows have them ---------------------------------------------------------

BINARY = {"m": [0.1, 0.2], "q": [[0.1, 0.05], [0.05, 0.2]]}


def test_averages_of_zeros_and_ones() -> None:
    """J = log(p11 p00 / p10 p01), by hand."""
    pair = symcat.lookup("ising.pairwise", basis="binary", **BINARY)
    np.testing.assert_allclose(pair.parameters["J"], [[0.0, np.log(5.0)], [np.log(5.0), 0.0]], atol=1e-9)
    np.testing.assert_allclose(pair.parameters["h"], [np.log(0.05 / 0.75), np.log(0.15 / 0.75)], atol=1e-9)
    assert pair.levels == {"x0": (0, 1), "x1": (0, 1)}
    assert np.exp(pair.log_density([[1, 1], [0, 0]])) == pytest.approx([0.05, 0.75])


def test_the_two_conventions_are_independent_of_each_other() -> None:
    spins = {"m": [-0.8, -0.6], "q": [[1.0, 0.6], [0.6, 1.0]]}
    every = [
        symcat.lookup("ising.pairwise", basis=basis, averages=averages, **given).parameters
        for basis in ("spin", "binary")
        for averages, given in (("spin", spins), ("binary", BINARY))
    ]
    for a, b in ((every[0], every[1]), (every[2], every[3])):
        np.testing.assert_allclose(a["J"], b["J"], atol=1e-9)
        np.testing.assert_allclose(a["h"], b["h"], atol=1e-9)
    np.testing.assert_allclose(every[2]["J"], 4.0 * every[0]["J"], atol=1e-9)


@pytest.mark.parametrize("label", ["ising.curie_weiss", "ising.ring", "ising.square"])
def test_symmetric_classes_take_averages_of_zeros_and_ones(label: str) -> None:
    field = {} if label == "ising.square" else {"m": 0.0}
    spin = symcat.lookup(label, d=16, q=0.1, **field)
    binary = symcat.lookup(label, d=16, q=0.25 * 1.1, averages="binary")  # without field the mean is one half
    assert binary.parameters["J"] == pytest.approx(spin.parameters["J"], rel=1e-9)


@pytest.mark.parametrize("diagonal", [0.0, np.nan])
def test_the_diagonal_may_be_left_out(diagonal: float) -> None:
    q = np.full((2, 2), 0.05)
    np.fill_diagonal(q, diagonal)
    found = symcat.lookup("ising.pairwise", basis="binary", m=[0.1, 0.2], q=q)
    assert found.parameters["J"][0, 1] == pytest.approx(np.log(5.0))


@pytest.mark.parametrize(
    ("options", "q", "words"),
    [
        (
            {"basis": "binary"},
            [[1.0, 0.05], [0.05, 1.0]],
            r"averages of 0 and 1 .* have 0\.1: it is that of averages='spin'",
        ),
        ({}, BINARY["q"], r"averages of -1 and \+1 .* have 1: it is that of averages='binary'"),
        ({}, [[1.0, 0.1], [0.1, 0.9]], r"diagonal of q is 0\.9 at 'x1'.* leave the diagonal zero"),
        ({}, [[1.0, 0.1], [0.2, 1.0]], r"q is not symmetric: it is 0\.1 at \(x0, x1\) and 0\.2"),
        ({"averages": "zero"}, BINARY["q"], "averages='zero' is not known"),
    ],
)
def test_what_is_stated_twice_must_agree(options: dict[str, Any], q: Any, words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.lookup("ising.pairwise", m=[0.1, 0.2], q=q, **options)


THREE = np.full((3, 3), -0.9) + 1.9 * np.eye(3)
FIVE = np.full((5, 5), -0.24) + 1.24 * np.eye(5)


@pytest.mark.parametrize(
    ("label", "given", "words"),
    [
        (
            "ising.pairwise",
            {"basis": "binary", "m": [0.1, 0.2], "q": [[0.1, -1.8e-9], [-1.8e-9, 0.2]]},
            r"x0=1 with x1=1 would be a share of -1\.8e-09 .* 1\.8e-09 below zero, as rounding .* be at least 0\.$",
        ),
        (
            "ising.pairwise",
            {"m": [0.9, 0.9], "q": [[1.0, -0.9], [-0.9, 1.0]]},
            r"x0=-1 with x1=-1 would be a share of -0\.425 .* q of \(x0, x1\) is -0\.9 and must be at least 0\.8\.$",
        ),
        ("ising.pairwise", {"m": [0, 0, 0], "q": THREE}, r"x0, x1 and x2 .* break the triangle inequality by 1\.7\.$"),
        ("ising.tree", {"m": [0, 0, 0], "q": THREE, "n": 10}, "break the triangle inequality"),
        ("ising.pairwise", {"m": np.zeros(5), "q": FIVE}, "those of x0, x1, x2, x3, x4 contradict each other"),
        ("ising.independent", {"m": [1.2, 0.0]}, r"mean of 'x0' is 1\.2, and lies between -1 and \+1"),
        (
            "ising.independent",
            {"m": [-0.2, 0.0], "averages": "binary"},
            r"between 0 and 1, unless they are of -1 and \+1",
        ),
        ("ising.curie_weiss", {"d": 4, "q": -0.5}, r"of 4 columns with the mean 0 it is at least -0\.333333333"),
        ("ising.curie_weiss", {"d": 4, "m": 0.9, "q": -0.5}, r"with the mean 0\.9 it is at least 0\.8"),
        ("ising.ring", {"d": 5, "q": -0.9}, r"at least -0\.6"),
        ("ising.ring", {"d": 5, "q": 1.5}, r"at most 1"),
    ],
)
def test_averages_that_no_table_has_are_named(label: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.NoEntry, match="no table of two-valued columns has these averages") as raised:
        symcat.lookup(label, **given)
    assert re.search(words, str(raised.value).removesuffix(f" {raised.value.suggestion}"))


@pytest.mark.parametrize(
    ("label", "given", "words"),
    [
        (
            "gaussian.full",
            {"covariance": [[1.0, 2.0], [2.0, 1.0]]},
            "combination of 'x0', 'x1' would have a negative var",
        ),
        ("gaussian.diagonal", {"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "smallest eigenvalue -1"),
        ("gaussian.full", {"covariance": [[1.0, 0.1], [0.2, 1.0]]}, "covariance is not symmetric"),
        ("gaussian.full", {"covariance": 1e-320}, "Divide the columns"),
        ("gaussian.full", {"covariance": 1e300}, "Divide the columns"),
        ("gaussian.full", {"covariance": np.diag([1e-200, 1e200]), "n": 10}, "leave double precision"),
        ("gaussian.full", {"covariance": np.eye(2), "averages": "binary"}, "not understood: averages"),
        ("gaussian.full", {"covariance": np.eye(2), "prior": "weak", "n": 10}, "prior= has no meaning"),
        ("z2.quartic", {"m2": 1e300, "m4": 2.5}, "smaller than"),
        ("ising.pairwise", {"m": [np.nan, 0.0], "q": np.eye(2)}, "m is missing or infinite"),
        ("ising.pairwise", BINARY | {"basis": "binary", "prior": "weak"}, "state n= too"),
        ("ising.ring", {"d": 10**6, "q": 0.3}, "7,451 GB: ask for at most 11585 columns"),
        ("ising.curie_weiss", {"d": 10**5, "q": 0.3}, "75 GB"),
        ("o1000000000.quartic", {"m2": 0.3, "m4": 0.1}, "at most 11585 columns"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_averages_that_cannot_be_used_are_refused_in_true_words(label: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.lookup(label, **given)


NEVER = {"m": [0.1, 0.2], "q": np.zeros((2, 2)), "basis": "binary"}


def test_a_prior_is_added_where_it_is_asked_for_only() -> None:
    for options, cure in (({}, "state n= and ask for prior='weak'"), ({"n": 100}, ": ask for prior='weak'")):
        with pytest.raises(symcat.NoEntry, match=f"no finite maximum .*{cure}"):
            symcat.lookup("ising.pairwise", **NEVER, **options)
    answer = symcat.lookup("ising.pairwise", n=100, prior="weak", **NEVER)
    assert answer.trail[0].reason == "read from averages; prior rows 1"
    two = symcat.lookup("ising.pairwise", n=100, prior=2, **NEVER)
    assert answer.parameters["J"][0, 1] < two.parameters["J"][0, 1] < 0.0


def test_the_coupled_pairs_can_be_named() -> None:
    q = np.eye(25)
    q[0, 1] = q[1, 0] = 0.5
    with pytest.raises(symcat.NoEntry, match="state n=, or the coupled pairs with interactions="):
        symcat.lookup("ising.pairwise", m=np.zeros(25), q=q)
    found = symcat.lookup("ising.pairwise", m=np.zeros(25), q=q, interactions=[("x0", "x1")])
    assert found.parameters["J"][0, 1] == pytest.approx(np.arctanh(0.5))
    with pytest.raises(symcat.InvalidData, match="averages of their products"):
        symcat.lookup("ising.pairwise", m=np.zeros(25), q=q, interactions=[("x0", "x1", "x2")])


NAN = float("nan")


@pytest.mark.parametrize(
    ("label", "given", "reasons"),
    [
        (
            "gaussian.full",
            {
                "covariance": [
                    np.eye(2),
                    [[1, 2], [2, 1]],
                    [[1, 0.2], [0.3, 1]],
                    np.full((2, 2), NAN),
                    [[-1, 0], [0, 1]],
                ]
            },
            ["", "negative variance", "not symmetric", "missing or infinite", "'x0' is -1"],
        ),
        (
            "z2.quartic",
            {"m2": [1.0, 1.0, NAN, -1.0, 1.0], "m4": [2.5, 0.5, 2.0, 2.0, np.inf]},
            ["", "m4=0.5 is smaller", "m2 is missing", "m2=-1", "m4 is missing"],
        ),
        (
            "ising.pairwise",
            {
                "m": [[0.1, 0.2], [1.1, 0.0], [0.9, 0.9], [NAN, 0.0], [0.1, 0.1], [0.1, 0.1]],
                "q": [np.eye(2)] * 2
                + [[[1, -0.9], [-0.9, 1]]]
                + [np.eye(2)]
                + [[[1, 0.1], [0.2, 1]]]
                + [2.0 * np.eye(2)],
            },
            ["", "'x0' is 1.1", "share of -0.425", "m is missing", "not symmetric", "diagonal of q is 2"],
        ),
        (
            "ising.curie_weiss",
            {"d": 5, "q": [0.1, -0.6, NAN, 0.2]},
            ["", "at least -0.2", "q is missing", ""],
        ),
    ],
)
def test_a_group_at_fault_is_refused_by_itself(label: str, given: dict[str, Any], reasons: list[str]) -> None:
    arrays = {name: np.asarray(value, dtype=float) if name != "d" else value for name, value in given.items()}
    found = symcat.lookup_batch(label, **arrays)
    assert found.answered.tolist() == [reason == "" for reason in reasons]
    for group, reason in enumerate(reasons):
        assert reason in found.why(group)
        one = {name: value if name == "d" else value[group] for name, value in arrays.items()}
        if reason:
            with pytest.raises(symcat.SymcatError, match=re.escape(reason)):
                symcat.lookup(label, **one)
            assert all(np.isnan(values[group]).all() for values in found.parameters.values())
        else:
            alone = symcat.lookup(label, **one).parameters
            for name, value in alone.items():
                np.testing.assert_array_equal(np.squeeze(found.parameters[name][group]), np.squeeze(value))


def test_advice_names_options_that_lookup_has() -> None:
    """Whatever is refused, every ``name=`` in the words is a parameter of lookup."""
    cases: list[tuple[str, dict[str, Any]]] = [
        ("ising.pairwise", NEVER),
        ("ising.pairwise", NEVER | {"n": 100}),
        ("ising.square", {"d": 9, "q": -0.9}),
        ("ising.pairwise", {"m": np.zeros(25), "q": np.eye(25)}),
        ("z2.quartic", {"m2": 1.0, "m4": 3.5}),
        ("gaussian.full", {"covariance": np.ones((2, 2))}),
    ]
    known = set(inspect.signature(symcat.lookup).parameters)
    for label, given in cases:
        with pytest.raises(symcat.NoEntry) as raised:
            symcat.lookup(label, **given)
        assert set(re.findall(r"\b(\w+)=(?![\d-])", str(raised.value))) <= known, str(raised.value)


@pytest.mark.parametrize(
    ("label", "given", "words"),
    [
        ("ising.ring", {"d": 4, "q": -1.0}, r"4 pairs always unlike: \(x0, x1\), \(x0, x3\), \(x1, x2\), \(x2, x3\)"),
        ("ising.ring", {"d": 4, "m": 0.0, "q": 1.0}, r"4 pairs always alike: \(x0, x1\), \(x0, x3\)"),
        ("ising.curie_weiss", {"d": 3, "m": 0.0, "q": 1.0}, r"3 pairs always alike: \(x0, x1\), \(x0, x2\)"),
        ("ising.pairwise", {"m": [0.0, 0.0], "q": [[1, -1], [-1, 1]]}, "1 pair always unlike"),
    ],
)
def test_what_never_occurs_is_said_of_coupled_pairs_and_once(label: str, given: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.NoEntry, match=words) as raised:
        symcat.lookup(label, **given)
    assert "never" not in str(raised.value)
    assert str(raised.value).lower().count("leave") == 1


@pytest.mark.parametrize("group", [9, -1, True, "a", None])
def test_there_are_reasons_of_groups_that_there_are(group: Any) -> None:
    found = symcat.lookup_batch("z2.quartic", m2=np.ones(4), m4=np.array([1.5, 2.5, 3.5, 0.5]))
    with pytest.raises(symcat.InvalidData, match=r"There is no group .*: there are 4, counted from 0"):
        found.why(group)


# --- what is wrong is what is named ----------------------------------------------------------------------------------


def test_a_negative_variance_is_named_and_not_what_follows_from_it() -> None:
    for stated in ({"variance": -1.0, "skewness": 0.5, "kurtosis": 2.5}, {"m2": -1.0, "m3": 0.0, "m4": 3.0}):
        with pytest.raises(symcat.InvalidData, match=r"^m2=-1 is not the average of squares of rows that vary"):
            symcat.lookup("scalar.quartic", **stated)


def test_unknown_names_are_told_beside_missing_ones() -> None:
    with pytest.raises(symcat.InvalidData, match=r"missing: m3, m4; not understood: foo\.$"):
        symcat.lookup("scalar.quartic", m2=1.0, foo=3.0)


def test_an_entry_that_is_no_class_is_told_from_a_misspelt_one() -> None:
    for ask in (lambda: symcat.lookup("on.quartic", m2=1.0, m4=1.0), lambda: symcat.model("on.quartic", r=1.0, u=1.0)):
        with pytest.raises(symcat.NoEntry, match=r"'on.quartic' is an entry .* members of o\{N\}.quartic, whitened"):
            ask()
    assert symcat.lookup("o65.quartic", m2=65.0, m4=65.0 * 66.5).source == "catalogue"


CENTRAL = {"m2": np.array([1.0, 2.0]), "m3": np.array([0.1, 0.2]), "m4": np.array([2.5, 9.0])}


def test_groups_have_numbers_of_rows_of_their_own() -> None:
    found = symcat.lookup_batch("scalar.quartic", n=[100, 4000], **CENTRAL)
    for group, n in enumerate((100, 4000)):
        alone = symcat.lookup("scalar.quartic", n=n, **{name: values[group] for name, values in CENTRAL.items()})
        assert found.count[group] == n
        for name, error in alone.standard_errors.items():
            assert np.ravel(found.standard_errors[name][group])[0] == pytest.approx(error), name
        assert found.log_likelihood[group] == pytest.approx(alone.log_likelihood)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        ([100], "for each of 1 groups, and averages are of 2: pass as many, or one"),
        ([100, 0.5], "n= of group 1 is no count"),
        ([100, np.nan], "n= of group 1 is no count"),
        ([[100, 200]], r"n= has shape \(1, 2\)"),
        (["a", "b"], "n= of group 0 is no count"),
        (2.5, "n=2.5 is not a count of rows"),
    ],
)
def test_what_are_no_numbers_of_rows(n: object, words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        symcat.lookup_batch("scalar.quartic", n=n, **CENTRAL)  # type: ignore[arg-type]
