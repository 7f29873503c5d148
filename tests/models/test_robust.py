"""What rows move is the derivative of the fit, in every class; and the errors made of it are the textbook's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import symcat
from symcat.catalogue import default
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models import registry, robust
from symcat.models.base import Center, Model, Options
from symcat.models.fit import Observed
from symcat.models.targets import conditional_models
from tests.models.encoded import moments as encoded_moments
from tests.models.observing import grouped_errors, moments_of, names, row_errors

Floats = np.ndarray


def wells(rng: np.random.Generator, n: int, d: int) -> Floats:
    """Rows around the origin whose radial kurtosis is that of a quartic."""
    rows = rng.uniform(-1.0, 1.0, (4 * n, d))
    return rows[(rows**2).sum(axis=1) < 1.0][:n] * 2.0 + 0.3


def spins(rng: np.random.Generator, n: int, d: int) -> Floats:
    rows = np.where(rng.random((n, d)) < 0.4, 1.0, -1.0)
    follows = rng.random((n, d)) < 0.3
    rows[:, 1:] = np.where(follows[:, 1:], rows[:, :-1], rows[:, 1:])
    return rows


def real_class(label: str, d: int) -> Model:
    return registry.model(label, Schema.real(names(d)), Options(), default())


def spin_class(label: str, d: int, **options: object) -> Model:
    return registry.model(label, Schema.two_valued(names(d)), Options(**options), default())


def mixed_rows(rng: np.random.Generator, n: int) -> Floats:
    s = spins(rng, n, 3)
    x = rng.gamma(2.0, size=(n, 2)) @ np.array([[1.0, 0.4], [0.0, 0.7]]) + s[:, :2] * 0.5 + 4.0
    return np.column_stack([s, x])


MIXED = Schema(("a", "b", "c", "x", "y"), ((-1, 1), (0, 1), (3, 7), None, None))


def given(label: str, schema: Schema, target: int, **options: object) -> Model:
    (model,) = conditional_models((label,), schema, target, Options(**options), default())
    return model


def nudged(whole: Moments, rows: Floats, share: float) -> Moments:
    """The averages of the whole table with each of the rows added in turn, counted ``share`` times all rows."""
    single = whole.of_rows(rows)

    def mix(all_rows: Floats | None, one: Floats | None) -> Floats | None:
        return None if all_rows is None or one is None else (all_rows + share * one) / (1.0 + share)

    return replace(
        single,
        count=np.repeat(whole.count * (1.0 + share), len(rows)),
        first=mix(whole.first, single.first),
        second=mix(whole.second, single.second),
        column_powers=mix(whole.column_powers, single.column_powers),
        radial_third=mix(whole.radial_third, single.radial_third),
        radial_fourth=mix(whole.radial_fourth, single.radial_fourth),
    )


def assert_influence_is_the_derivative(
    model: Model, rows: Floats, whole: Moments, center: Center = None, share: float = 1e-4
) -> None:
    """By central differences of the fit in the weight of single rows, here of the first twelve."""
    fit = model.fit(whole, center)
    assert fit.answered[0], fit.why(0)
    some = rows[:12]
    above, below = (model.fit(nudged(whole, some, sign * share), center).parameters for sign in (1.0, -1.0))
    found = model.row_influence(fit, some, whole, center)
    in_groups = model.influence(fit, whole.of_rows(some), whole, center)
    assert set(found) == set(fit.parameters)
    for name, moved in found.items():
        expected = (above[name] - below[name]) / (2.0 * share * whole.count[0])
        scale = np.abs(expected).max()
        if scale < 1e-9:  # a known centre
            assert np.abs(moved).max() < 1e-9
            continue
        np.testing.assert_allclose(moved / scale, expected / scale, atol=2e-5, err_msg=f"{model.label} {name}")
        np.testing.assert_allclose(in_groups[name] / scale, moved / scale, atol=1e-9, err_msg=f"{model.label} {name}")


@pytest.mark.parametrize("kind", ["full", "diagonal", "exchangeable", "cyclic", "isotropic"])
@pytest.mark.parametrize("center", [None, "mean", "known"])
def test_of_gaussian_classes(rng: np.random.Generator, kind: str, center: str | None) -> None:
    rows = rng.gamma(3.0, size=(60, 3)) @ rng.standard_normal((3, 3)) + 40.0
    point = np.full(3, rows.mean()) if center == "known" else center
    assert_influence_is_the_derivative(real_class(f"gaussian.{kind}", 3), rows, moments_of([rows]), point)


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("center", [None, "mean", "known"])
def test_of_quartic_classes(rng: np.random.Generator, d: int, center: str | None) -> None:
    rows = wells(rng, 300, d)
    point = np.full(d, 0.3) if center == "known" else center
    label = "z2.quartic" if d == 1 else f"o{d}.quartic"
    model, whole = real_class(label, d), moments_of([rows])
    if center != "mean":
        assert_influence_is_the_derivative(model, rows, whole, point)
        return
    # About the sample mean r and u are read as if it were the centre: the derivative is of the same order only.
    moved = model.row_influence(model.fit(whole, point), rows, whole, point)
    assert np.abs(moved["u"].sum()) < 1e-6 * np.abs(moved["u"]).sum()


@pytest.mark.parametrize("basis", ["spin", "binary"])
@pytest.mark.parametrize("label", ["independent", "curie_weiss", "ring", "tree", "pairwise"])
def test_of_ising_classes(rng: np.random.Generator, label: str, basis: str) -> None:
    rows = spins(rng, 200, 4)
    whole = encoded_moments(rows, Schema.two_valued(names(4)))
    assert_influence_is_the_derivative(spin_class(f"ising.{label}", 4, basis=basis), rows, whole)


@pytest.mark.parametrize("label", ["independent", "curie_weiss", "ring", "tree", "pairwise"])
def test_with_a_prior(rng: np.random.Generator, label: str) -> None:
    """A prior of five rows is as if five rows more, evenly spread, were in the data: the sandwich of both together."""
    d, n, extra = 4, 200, 5.0
    rows = spins(rng, n, d)
    states = np.where((np.arange(1 << d)[:, None] >> np.arange(d)) & 1, 1.0, -1.0)
    every = np.concatenate([rows, states])
    counts = np.concatenate([np.ones(n), np.full(1 << d, extra / (1 << d))])
    schema = Schema.two_valued(names(d))
    with_prior, without = spin_class(f"ising.{label}", d, prior=extra), spin_class(f"ising.{label}", d, prior=None)
    whole = encoded_moments(rows, schema)
    fit = with_prior.fit(whole)
    share = n / (n + extra)
    pair = whole.about(np.zeros(d)).second * share
    pair[:, np.arange(d), np.arange(d)] = 1.0
    joint = replace(
        whole.about(np.zeros(d)),
        count=whole.count + extra,
        first=whole.about(np.zeros(d)).first * share,
        second=pair,
    )
    augmented = without.fit(joint)
    found = row_errors(with_prior, fit, rows, whole)
    expected = row_errors(without, augmented, every, joint, counts=counts)
    for name, value in fit.parameters.items():
        np.testing.assert_allclose(augmented.parameters[name], value, rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-8, atol=1e-12, err_msg=name)


def test_of_mixed_classes_and_regressions(rng: np.random.Generator) -> None:
    rows = mixed_rows(rng, 300)
    whole = encoded_moments(rows, MIXED)
    for basis in ("spin", "binary"):
        model = registry.model("mixed.conditional_gaussian", MIXED, Options(basis=basis), default())
        assert_influence_is_the_derivative(model, rows, whole)
    assert_influence_is_the_derivative(given("mixed.conditional_gaussian", MIXED, 3), rows, whole)
    assert_influence_is_the_derivative(given("mixed.conditional_gaussian", MIXED, 1), rows, whole)
    two_valued = MIXED.part((0, 1, 2))
    s = rows[:, :3]
    assert_influence_is_the_derivative(given("ising.pairwise", two_valued, 2), s, encoded_moments(s, two_valued))


def test_wide_pairs_on_a_graph(rng: np.random.Generator) -> None:
    d = 24
    rows = spins(rng, 400, d)
    pairs = tuple((i, i + 1) for i in range(d - 1))
    schema = Schema.two_valued(names(d))
    for basis in ("spin", "binary"):
        model = registry.model("ising.pairwise", schema, Options(interactions=pairs, basis=basis), default())
        whole = encoded_moments(rows, schema)
        assert_influence_is_the_derivative(model, rows, whole)
        error = model.fit(whole).standard_errors["J"][0]
        assert np.isnan(error[0, 2])  # not estimated
        assert error[0, 1] > 0.0


def test_the_four_kinds_of_least_squares(rng: np.random.Generator) -> None:
    n = 30
    x = rng.exponential(size=(n, 2)) + 5.0
    y = 1.0 + x @ [0.5, -0.2] + x[:, 0] * rng.standard_normal(n)
    rows = np.column_stack([x, y])
    schema = Schema.real(("a", "b", "y"))
    model, whole = given("gaussian.full", schema, 2), moments_of([rows])
    fit = model.fit(whole)
    design = np.column_stack([np.ones(n), x])
    bread = np.linalg.inv(design.T @ design)
    h = np.einsum("ij,jk,ik->i", design, bread, design)
    residual = y - design @ (bread @ design.T @ y)
    np.testing.assert_allclose(model.leverage(fit, rows, whole), h, rtol=1e-10)
    factors = {"HC0": 1.0 + 0.0 * h, "HC1": n / (n - 3.0) + 0.0 * h, "HC2": 1.0 / (1.0 - h), "HC3": (1.0 - h) ** -2}
    for kind, factor in factors.items():  # MacKinnon & White 1985
        score = design * (residual * np.sqrt(factor))[:, None]
        expected = np.sqrt(np.diag(bread @ score.T @ score @ bread))
        found = row_errors(model, fit, rows, whole, leverage=kind)
        joined = np.concatenate([found["intercept"], found["coefficients"][0]])
        np.testing.assert_allclose(joined, expected, rtol=1e-9, err_msg=kind)


def test_a_row_that_alone_decides_a_coefficient_leaves_no_robust_error(rng: np.random.Generator) -> None:
    rows = np.column_stack([rng.standard_normal(40), np.eye(40)[0], rng.standard_normal(40)])
    model, whole = given("gaussian.full", Schema.real(("a", "b", "y")), 2), moments_of([rows])
    fit = model.fit(whole)
    assert row_errors(model, fit, rows, whole, leverage="HC3") == {}
    assert row_errors(model, fit, rows, whole, leverage="HC0") != {}


def test_counted_rows_are_repeated_ones(rng: np.random.Generator) -> None:
    rows, counts = spins(rng, 200, 4), rng.integers(1, 40, 200)
    repeated = np.repeat(rows, counts, axis=0)
    schema = Schema.two_valued(names(4))
    model, whole = spin_class("ising.pairwise", 4), encoded_moments(repeated, schema)
    fit = model.fit(whole)
    one = row_errors(model, fit, rows, whole, counts=counts.astype(float))
    other = row_errors(model, fit, repeated, whole)
    np.testing.assert_allclose(one["J"], other["J"], rtol=1e-9)


def test_a_sample_stands_for_all_rows(rng: np.random.Generator) -> None:
    rows = rng.gamma(2.0, size=(20_000, 2))
    model, whole = real_class("gaussian.full", 2), moments_of([rows])
    fit = model.fit(whole)
    some = row_errors(model, fit, rows[:5000], whole)
    for name, value in row_errors(model, fit, rows, whole).items():
        np.testing.assert_allclose(some[name], value, rtol=0.1)
    assert grouped_errors(model, fit, whole.of_rows(rows))["mean"] == pytest.approx(
        row_errors(model, fit, rows, whole)["mean"], rel=1e-9
    )


def test_clusters(rng: np.random.Generator) -> None:
    """Rows repeated ten times, each set a cluster: as the single rows, but for the factor of few clusters."""
    rows = rng.standard_normal((50, 2))
    model, whole = real_class("gaussian.full", 2), moments_of([np.repeat(rows, 10, axis=0)])
    fit = model.fit(whole)
    alone = row_errors(model, model.fit(moments_of([rows])), rows, moments_of([rows]))
    parts = [
        model.influence(fit, replace(whole.of_rows(some), count=np.full(25, 10.0)), whole)
        for some in (rows[:25], rows[25:])
    ]
    found = robust.errors_of(robust.from_clusters(parts), {})
    for name, value in alone.items():
        np.testing.assert_allclose(found[name], value * np.sqrt(50.0 / 49.0), rtol=1e-9)


def test_runs_are_consecutive_whatever_the_batches(rng: np.random.Generator) -> None:
    rows = rng.standard_normal((103, 2))
    found = list(robust.runs(((some, np.ones(len(some))) for some in np.array_split(rows, 7)), 10))
    assert [len(run) for run, _ in found] == [10] * 10 + [3]
    np.testing.assert_array_equal(np.concatenate([run for run, _ in found]), rows)
    counts = rng.integers(0, 40, 103)
    batches = zip(np.array_split(rows, 7), np.array_split(counts.astype(float), 7), strict=True)
    laid_out = [np.repeat(run, times.astype(int), axis=0) for run, times in robust.runs(batches, 10)]
    assert {len(run) for run in laid_out[:-1]} == {10}
    np.testing.assert_array_equal(np.concatenate(laid_out), np.repeat(rows, counts, axis=0))
    assert Observed(moments_of([rows])).sample is None


@pytest.mark.parametrize("unit", [1e-65, 1.0, 1e65])
def test_what_rows_move_has_fourth_powers_in_any_unit(unit: float, rng: np.random.Generator) -> None:
    x = rng.exponential(size=(300, 2))
    small = symcat.solve(x, classes=["gaussian.full"]).robust_standard_errors
    found = symcat.solve(unit * x, classes=["gaussian.full"]).robust_standard_errors
    np.testing.assert_allclose(found["mean"] / unit, small["mean"], rtol=1e-9)
    np.testing.assert_allclose(found["precision"] * unit**2, small["precision"], rtol=1e-9)


@pytest.mark.parametrize(
    "options", [{}, {"prior": 3.0}, {"basis": "binary"}, {"interactions": ((0, 1), (1, 2), (0, 1, 3))}]
)
def test_powers_summed_over_rows_of_spins_are_those_of_one_row_after_the_other(
    options: dict[str, object], rng: np.random.Generator
) -> None:
    model = spin_class("ising.pairwise", 5, **options)
    rows = spins(rng, 400, 5)
    rows = np.column_stack([rows, *[rows[:, list(chosen)].prod(axis=1) for chosen in model.options.higher]])
    counts = rng.integers(0, 5, len(rows)).astype(float)
    whole = moments_of([np.repeat(rows, counts.astype(int), axis=0)])
    fit = model.fit(whole)
    powers = model.row_powers(fit, rows, counts, whole)
    assert powers is not None
    for name, moved in model.row_influence(fit, rows, whole).items():
        for power, found, precise in ((1, powers.total, 1e-12), (2, powers.square, 1e-12), (4, powers.fourth, 1e-5)):
            expected = np.tensordot(counts, moved**power, axes=1)
            scale = np.tensordot(counts, np.abs(moved) ** power, axes=1).max()
            np.testing.assert_allclose(found[name], expected, rtol=precise, atol=precise * scale)
