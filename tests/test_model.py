"""Forwards: couplings -> averages, density, sample; and back by ``lookup``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import symcat
from tests.toy import LABEL, registered

seeds = st.integers(0, 10_000)


def same(one: symcat.Solution, other: symcat.Solution, tolerance: float) -> None:
    assert one.parameters.keys() == other.parameters.keys()
    for name, value in one.parameters.items():
        np.testing.assert_allclose(other.parameters[name], value, rtol=tolerance, atol=tolerance, err_msg=name)
    assert other.log_partition == pytest.approx(one.log_partition, rel=tolerance, abs=tolerance)
    assert other.columns == one.columns


# --- there and back --------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.floats(-3.0, 3.0), st.floats(0.05, 20.0), st.floats(1e-3, 1e3), st.floats(-5.0, 5.0))
def test_a_quartic_comes_back(n: int, r: float, u: float, unit: float, mean: float) -> None:
    label = "z2.quartic" if n == 1 else f"o{n}.quartic"
    one = symcat.model(label, r=r / unit**2, u=u / unit**4, mean=np.full(n, mean) * unit)
    back = symcat.lookup(label, **one.moments())
    for name, power in (("mean", -1), ("r", 2), ("u", 4)):
        scaled = [np.asarray(s.parameters[name]) * unit**power for s in (one, back)]
        np.testing.assert_allclose(scaled[1], scaled[0], rtol=1e-7, atol=1e-7)
    assert back.log_partition == pytest.approx(one.log_partition, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), seeds)
def test_a_gaussian_comes_back(d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(d, d))
    scale = 10.0 ** rng.uniform(-3.0, 3.0, size=d)
    precision = (root @ root.T + np.eye(d)) / np.outer(scale, scale)
    one = symcat.model("gaussian.full", precision=precision, mean=rng.normal(size=d) * scale)
    back = symcat.lookup("gaussian.full", **one.moments())
    by = np.outer(scale, scale)
    np.testing.assert_allclose(np.reshape(back.parameters["precision"], (d, d)) * by, precision * by, atol=1e-9)
    assert back.log_partition == pytest.approx(one.log_partition, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 7), seeds, st.sampled_from(["spin", "binary"]), st.sampled_from(["pairwise", "tree"]))
def test_spins_come_back(d: int, seed: int, basis: Any, kind: str) -> None:
    rng = np.random.default_rng(seed)
    j = np.triu(rng.normal(size=(d, d)), 1)
    if kind == "tree":
        joined = [(int(rng.integers(k)), k) for k in range(1, d)]
        kept = np.zeros((d, d))
        for a, b in joined:
            kept[a, b] = rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 1.0)
        j = kept
    one = symcat.model(f"ising.{kind}", h=0.5 * rng.normal(size=d), J=j + j.T, basis=basis)
    same(one, symcat.lookup(f"ising.{kind}", basis=basis, **one.moments()), 1e-7)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([("ising.curie_weiss", 6), ("ising.ring", 7), ("ising.square", 16), ("ising.square", 9)]),
    st.floats(-0.4, 0.4),
    st.floats(-0.3, 0.4),
    st.sampled_from(["spin", "binary"]),
)
def test_columns_that_are_alike_come_back(member: tuple[str, int], h: float, j: float, basis: Any) -> None:
    label, d = member
    assume(abs(j) > 1e-3 and abs(h) > 1e-3)
    field = {} if label == "ising.square" else {"h": h}
    one = symcat.model(label, d=d, J=j, basis=basis, **field)
    same(one, symcat.lookup(label, basis=basis, **one.moments()), 1e-7)


def test_independent_columns_come_back() -> None:
    one = symcat.model("ising.independent", h=[0.3, -1.0, 0.0], basis="binary", columns=["a", "b", "c"])
    same(one, symcat.lookup("ising.independent", basis="binary", columns=["a", "b", "c"], **one.moments()), 1e-12)


# --- averages, entropy and density against rows and each other -------------------------------------------------------

P = np.array([[0.0, 0.4, 0.0], [0.4, 0.0, -0.3], [0.0, -0.3, 0.0]])
WIDE = np.diag(np.full(29, 0.4), 1)

MODELS: dict[str, dict[str, Any]] = {
    "z2.quartic": {"r": -1.0, "u": 6.0, "mean": 2.0},
    "o3.quartic": {"r": -2.0, "u": 3.0, "mean": [1.0, 0.0, -1.0]},
    "scalar.quartic": {"h": 0.3, "r": -1.0, "g": 0.5, "u": 2.0, "mean": 1.0},
    "scalar.sextic": {"r": -1.0, "g": 0.5, "u": 1.0, "v": -0.5, "w": 3.0},
    "gaussian.full": {"precision": [[2.0, 0.3], [0.3, 1.0]], "mean": [1.0, -1.0]},
    "gaussian.exchangeable": {"precision": [[2.0, 0.3], [0.3, 2.0]]},
    "ising.independent": {"h": [0.3, -0.2]},
    "ising.pairwise": {"h": [0.1, -0.2, 0.3], "J": P},
    "ising.tree": {"h": [0.1, -0.2, 0.3], "J": P},
    "ising.curie_weiss": {"d": 7, "h": 0.1, "J": 0.05},
    "ising.ring": {"d": 7, "h": 0.1, "J": 0.4},
    "ising.square": {"d": 16, "J": 0.2},
    "mixed.conditional_gaussian": {
        "h": [0.1, -0.2],
        "J": [[0.0, 0.3], [0.3, 0.0]],
        "mean": [1.0, 2.0],
        "precision": [[2.0, 0.3], [0.3, 1.0]],
        "coupling": [[0.2, 0.5], [-0.3, 0.4]],
    },
}
N = 20_000


BASES: list[tuple[str, dict[str, Any]]] = [(label, {}) for label in MODELS] + [
    (label, {"basis": "binary"}) for label in MODELS if label[:5] in ("ising", "mixed")
]


@pytest.mark.parametrize(("label", "asked"), BASES)
def test_what_is_said_of_a_class_is_true_of_its_rows(label: str, asked: dict[str, Any]) -> None:
    s = symcat.model(label, **asked, **MODELS[label])
    assert (s.source, s.standard_errors, s.n_rows, s.library) == ("exact", None, None, None)
    x = s.sample(N, seed=1).reshape(N, -1)
    surprise = -s.log_density(x)
    assert s.entropy() == pytest.approx(surprise.mean(), abs=5.0 * surprise.std() / np.sqrt(N))
    assert s.score(x) == pytest.approx(-surprise.mean())
    for k in (1, 2, 3, 4):
        for central, powers in ((False, x**k), (True, (x - np.atleast_1d(s.moment(1))) ** k)):
            error = 5.0 * powers.std(axis=0) / np.sqrt(N) + 1e-12
            assert (np.abs(np.atleast_1d(s.moment(k, central=central)) - powers.mean(axis=0)) < error).all()
    assert s.moment(0) == pytest.approx(1.0)


@pytest.mark.parametrize("label", ["z2.quartic", "scalar.quartic", "scalar.sextic"])
def test_the_distribution_function_is_the_integral_of_the_density(label: str) -> None:
    s = symcat.model(label, **MODELS[label])
    x = np.linspace(*s.ppf([0.001, 0.999]), 4001)
    density = np.exp(s.log_density(x))
    risen = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(x))])
    np.testing.assert_allclose(s.cdf(x) - 0.001, risen, atol=1e-6)
    np.testing.assert_allclose(s.ppf(s.cdf(x)), x, atol=1e-8)
    assert s.cdf([-np.inf, np.inf]).tolist() == [0.0, 1.0]
    assert s.ppf([0.0, 1.0]).tolist() == [-np.inf, np.inf]
    assert isinstance(s.cdf(0.5), float)


def test_an_answer_has_the_same_methods(rng: np.random.Generator) -> None:
    x = rng.normal(3.0, 2.0, size=2000)
    s = symcat.solve(x)
    assert s.cdf(3.0) == pytest.approx(0.5, abs=0.05)
    assert s.ppf(0.5) == pytest.approx(s.parameters["mean"])
    assert s.moment(2, central=True) == pytest.approx(x.var())
    assert s.entropy() == pytest.approx(-s.log_likelihood / 2000)
    assert symcat.Solution.model_validate_json(s.model_dump_json()).ppf(0.9) == s.ppf(0.9)


def test_a_product_is_its_blocks(rng: np.random.Generator) -> None:
    s = symcat.solve({"a": rng.normal(size=800), "b": rng.random(800) < 0.4}, classes=["mixed.product"])
    assert s.entropy() == pytest.approx(sum(part.entropy() for part in s.parts))
    assert s.moment(1) == pytest.approx([s.parts[1].moment(1), s.parts[0].moment(1)])


def test_many_columns_that_hang_on_a_line_are_summed_exactly() -> None:
    """log Z of an open chain without field is ``d log 2 + sum log cosh J``."""
    s = symcat.model("ising.pairwise", J=WIDE + WIDE.T)
    assert s.log_partition == pytest.approx(30 * np.log(2.0) + 29 * np.log(np.cosh(0.4)))
    assert s.moments()["q"][0, 2] == pytest.approx(np.tanh(0.4) ** 2)


@pytest.mark.parametrize("u", [1e-2, 1e-4, 1e-8])
def test_a_thin_shell_is_found(u: float) -> None:
    """With r = -1 the squared radius is 6 / u, of variance 12 / u (Laplace's method)."""
    s = symcat.model("o3.quartic", r=-1.0, u=u)
    m = s.moments()
    assert m["m2"] * u / 6.0 == pytest.approx(1.0, rel=u)
    assert m["m4"] / m["m2"] ** 2 - 1.0 == pytest.approx(u / 3.0, rel=0.01 + u)


@pytest.mark.parametrize(
    ("label", "stated"),
    [
        ("z2.quartic", {"r": -1.0, "u": 1e-30}),
        ("o3.quartic", {"r": -1.0, "u": 1e-30}),
        ("scalar.quartic", {"h": -1e30, "r": 1.0, "u": 1.0}),
        ("ising.ring", {"d": 9, "h": 1e3, "J": 1.0}),
    ],
)
@pytest.mark.filterwarnings("error")
def test_what_double_precision_cannot_hold_is_refused(label: str, stated: dict[str, Any]) -> None:
    with pytest.raises(symcat.InvalidData, match=r"double precision|no finite integral"):
        symcat.model(label, **stated)


def test_no_moment_is_infinite() -> None:
    with pytest.raises(symcat.SymcatError, match="leaves double precision"):
        symcat.model("gaussian.full", precision=1e-320).moments()


def test_a_coupling_that_changes_nothing_is_no_fault() -> None:
    one, other = (symcat.model("z2.quartic", r=1.0, u=u).log_partition for u in (1e-300, 1e-9))
    assert one == pytest.approx(0.5 * np.log(2.0 * np.pi), rel=1e-15)
    assert other == pytest.approx(one, rel=1e-8)


def test_far_out_there_is_no_density() -> None:
    s = symcat.model("z2.quartic", r=-1.0, u=6.0)
    assert s.log_density([np.inf, -np.inf, 1e200, -1e308]).tolist() == [-np.inf] * 4
    with pytest.raises(symcat.InvalidData, match=r"Row 1 of x .* missing"):
        s.log_density([0.0, np.nan])


def test_it_is_drawn_without_data() -> None:
    pytest.importorskip("matplotlib").use("Agg")
    axes = symcat.model("z2.quartic", r=-1.0, u=6.0).plot()
    (line,) = axes.lines
    assert np.trapezoid(line.get_ydata(), line.get_xdata()) == pytest.approx(1.0, abs=1e-3)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "stated", "words"),
    [
        ("z2.quartic", {"r": 1.0, "u": -1.0}, "no finite integral with u=-1 beside r=1: u must be positive"),
        ("z2.quartic", {"r": 2.0, "u": 0.0}, r"call symcat\.model\('gaussian\.isotropic', precision=\.\.\.\) with r=2"),
        ("z2.quartic", {"r": 1.0}, r"model\('z2\.quartic'\) takes r, u .*; missing: u"),
        ("z2.quartic", {"r": 1.0, "u": 1.0, "v": 2.0}, "not understood: v"),
        ("z2.quartic", {"r": np.nan, "u": 1.0}, "r is missing or infinite"),
        ("z2.quartic", {"r": [1.0, 2.0], "u": 1.0}, "pass one number"),
        ("o3.quartic", {"r": 1.0, "u": 1.0, "mean": [1.0, 2.0]}, "mean has shape"),
        ("o1000000000.quartic", {"r": 1.0, "u": 1.0}, "at most 11585 columns"),
        ("gaussian.full", {"precision": [[1.0, 2.0], [2.0, 1.0]]}, "not positive definite along 'x0', 'x1'"),
        ("gaussian.full", {"precision": [[1.0, 2.0], [0.0, 1.0]]}, r"not symmetric: at \(x0, x1\) it is 2"),
        ("gaussian.full", {"precision": -1.0}, "the precision of 'x' is -1, and must be positive"),
        ("gaussian.exchangeable", {"precision": [[1.0, 0.0], [0.0, 2.0]]}, r"at \(x0, x0\) 1\.5, not 1"),
        ("scalar.quartic", {"r": 1.0, "u": -1.0}, "no finite integral with u=-1"),
        ("polynomial.quartic", {"u": np.ones((2,) * 4)}, "not known by a formula .* one column to scalar.quartic"),
        ("mixed.quartic", {"u": 1.0}, "not known by a formula"),
        ("mixed.product", {}, "call model for each of them"),
        ("ising.tree", {"J": np.ones((3, 3)) - np.eye(3)}, "couples 'x0', 'x1', 'x2' in a circle"),
        ("ising.pairwise", {"J": np.ones((3, 3))}, "couples 'x0' with itself"),
        ("ising.ring", {"d": 2.5, "J": 0.1}, "not a number of columns"),
        ("ising.curie_weiss", {"d": 1e5, "J": 0.1}, "75 GB"),
        ("ising.square", {"d": 81, "J": -5.0}, "cancels in double precision"),
        ("gaussian.full", {"precision": 1.0, "basis": "binary"}, "basis= has no meaning"),
    ],
)
def test_couplings_that_are_of_no_density_are_refused(label: str, stated: dict[str, Any], words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words) as raised:
        symcat.model(label, **stated)
    assert str(raised.value).count(". ") <= 1


def test_sums_out_of_reach_are_refused() -> None:
    with pytest.raises(symcat.SymcatError, match="coupled so densely is out of reach"):
        symcat.model("ising.pairwise", J=0.01 * (np.ones((40, 40)) - np.eye(40)))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: s.ppf(2.0), "p=2.0 is no share"),
        (lambda s: s.cdf("a"), "not made of numbers"),
        (lambda s: s.cdf(np.nan), "missing value"),
        (lambda s: s.moment(-1), "k=-1 is not the order"),
        (lambda s: s.score([]), "no rows"),
    ],
)
def test_what_cannot_be_asked_is_said(call: Any, words: str) -> None:
    with pytest.raises(symcat.InvalidData, match=words):
        call(symcat.model("z2.quartic", r=1.0, u=1.0))


def test_several_columns_have_no_distribution_function_of_one() -> None:
    with pytest.raises(symcat.SymcatError, match="no distribution function of one real column"):
        symcat.model("ising.independent", h=[0.1, 0.2]).cdf(0.0)


# --- classes of others -----------------------------------------------------------------------------------------------


@pytest.fixture
def toy() -> Iterator[None]:
    with registered():
        yield


@pytest.mark.usefixtures("toy")
def test_a_class_without_formulas_says_so() -> None:
    with pytest.raises(symcat.NoEntry, match="cannot be stated by its couplings"):
        symcat.model(LABEL, rate=1.0)
    answer = symcat.lookup(LABEL, mean=4.0)
    with pytest.raises(symcat.SymcatError, match=r"entropy of toy\.exponential is not known by a formula"):
        answer.entropy()


def test_a_moment_beyond_double_precision_is_refused() -> None:
    answer = symcat.solve(np.random.default_rng(0).normal(size=300))
    for order in (500, 900, 5000):
        with pytest.raises(symcat.SymcatError):
            answer.moment(order)


def test_words_for_couplings_that_are_no_numbers() -> None:
    for value, words in (
        (np.nan, "^r is missing or infinite"),
        (np.inf, "^r is missing or infinite"),
        ("a", "and r is not"),
    ):
        with pytest.raises(symcat.InvalidData, match=words):
            symcat.model("z2.quartic", r=value, u=1.0)


def test_averages_of_polynomials() -> None:
    """Which are not known: a sentence says so."""
    rows = np.random.default_rng(0).uniform(size=(600, 2))
    answer = symcat.solve(rows, classes=["polynomial.quartic"])
    with pytest.raises(symcat.SymcatError, match=r"averages of polynomial.quartic are not known by a formula"):
        answer.moments()


def test_a_density_is_zero_only_where_its_logarithm_is_no_double() -> None:
    well = symcat.model("z2.quartic", r=-1.0, u=6.0)
    assert well.log_density([1e77])[0] == pytest.approx(-0.25e308)
    assert well.log_density([1e78])[0] == -np.inf
