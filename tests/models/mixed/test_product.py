"""The product of blocks as a class: what it joins, what it checks, and how it is made again from its labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcat
from symcat import catalogue
from symcat.data.moments import Floats
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options
from symcat.models.fit import Observed
from symcat.models.mixed.product import Product
from symcat.models.weighing import weigh
from tests import classes
from tests.models.encoded import mixed_schema, moments, observed, of_one
from tests.strategies.problems import tilted_well

LABEL = "mixed.product"
CONDITIONAL = "mixed.conditional_gaussian"
SCHEMA = mixed_schema((1, 3), 4)
PARTS = ("ising.pairwise", "gaussian.full")


def product(schema: Schema = SCHEMA, parts: tuple[str, ...] = PARTS, **options: Any) -> Any:
    return classes.model(LABEL, schema, parts=parts, **options)


def independent(rng: np.random.Generator, n: int) -> Floats:
    """Two coupled columns of -1 and +1 at 1 and 3, two correlated Gaussian ones at 0 and 2."""
    s = np.where(rng.random(n) < 0.4, 1.0, -1.0)
    t = np.where(rng.random(n) < 0.7, s, np.where(rng.random(n) < 0.5, 1.0, -1.0))
    x = rng.standard_normal((n, 2)) @ np.array([[1.0, 0.5], [0.0, 2.0]])
    return np.column_stack([x[:, 0], s, x[:, 1], t])


def test_the_fit_is_that_of_the_blocks(rng: np.random.Generator) -> None:
    rows = independent(rng, 600)
    model, averages = product(), moments(rows, SCHEMA)
    fit = model.fit(averages)
    alone = [part.fit(averages.part(block)) for part, block in zip(model.parts, model.blocks, strict=True)]
    assert list(fit.parameters) == ["h", "J", "mean", "precision"]
    for part in alone:
        for name, value in part.parameters.items():
            np.testing.assert_array_equal(fit.parameters[name], value)
            np.testing.assert_array_equal(fit.standard_errors[name], part.standard_errors[name])
    for name in ("log_partition", "log_likelihood", "bic", "n_parameters"):
        assert getattr(fit, name) == pytest.approx(sum(getattr(part, name) for part in alone), rel=1e-12)
    assert fit.source == "exact"
    assert [part.label for part in fit.parts] == list(PARTS)
    blocks = moments(rows, SCHEMA, 100)
    found = model.influence(fit, blocks, averages)
    expected = model.parts[1].influence(alone[1], blocks.part(model.blocks[1]), averages.part(model.blocks[1]))
    np.testing.assert_array_equal(found["precision"], expected["precision"])


def test_density_sample_and_free_energy(rng: np.random.Generator) -> None:
    import sympy

    rows = independent(rng, 500)
    for basis in ("spin", "binary"):
        model = product(basis=basis)
        fit = model.fit(moments(rows, SCHEMA))
        values, log_z = of_one(fit), float(fit.log_partition[0])
        density = model.log_density(values, log_z, rows)
        assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-10)
        energy = model.free_energy(values, 0.0, "abcd")
        shown = rows[0].copy()
        if basis == "binary":
            shown[[1, 3]] = 0.5 * (shown[[1, 3]] + 1.0)
        at = {sympy.Symbol(name, real=True): value for name, value in zip("abcd", shown, strict=True)}
        assert float(energy.subs(at)) == pytest.approx(-density[0] - log_z, rel=1e-9)
    drawn = model.sample(values, 4000, rng)
    assert np.abs(drawn[:, [1, 3]]).max() == 1.0
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 2])[0, 1] - np.corrcoef(rows[:, 0], rows[:, 2])[0, 1]) < 0.2


def test_formula_and_entries_are_those_of_the_blocks_in_columns_of_the_table(rng: np.random.Generator) -> None:
    model = product()
    values = of_one(model.fit(moments(independent(rng, 300), SCHEMA)))
    assert model.formula(values) == (
        "- sum h_i s_i - sum J_ij s_i s_j + 1/2 (x - mean)' precision (x - mean),   s = -1, +1"
    )
    assert list(model.entries("J", values)) == [((0, 1), (1, 3))]
    assert list(model.entries("precision", values)) == [((0, 0), (0, 0)), ((0, 1), (0, 2)), ((1, 1), (2, 2))]
    with pytest.raises(KeyError):
        model.entries("coupling", values)


def test_the_table_of_one_block_is_the_source_of_the_product(rng: np.random.Generator) -> None:
    schema = mixed_schema((0,), 2)
    wells = np.where(rng.random(4000) < 0.5, 1.0, -1.0) + 0.4 * rng.standard_normal(4000)
    rows = np.column_stack([np.where(rng.random(4000) < 0.3, 1.0, -1.0), wells])
    model = product(schema, ("ising.independent", "z2.quartic"))
    fit = model.fit(moments(rows, schema))
    assert fit.source == "catalogue"
    values = of_one(fit)
    assert {name: len(model.entries(name, values)) for name in values} == {"h": 1, "mean": 1, "r": 1, "u": 1}
    density = model.log_density(values, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-9)


def test_it_is_composed_of_the_classes_that_its_blocks_take(rng: np.random.Generator) -> None:
    rows = independent(rng, 2000)
    open_product = classes.model(LABEL, SCHEMA)
    with pytest.raises(ValueError, match="composed"):
        open_product.fit(moments(rows, SCHEMA))

    def of_block(block: tuple[int, ...]) -> list[Any]:
        return registry.models(None, SCHEMA.part(block), Options(), catalogue.default())

    winner = weigh([open_product], observed(rows, SCHEMA), block_models=of_block, alone=True).winner()
    assert winner is not None
    assert winner.model.options.parts == tuple(part.winner().label for part in winner.parts)
    again = product(parts=winner.model.options.parts).fit(moments(rows, SCHEMA))
    for name, value in winner.fit.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], value)


def test_it_needs_what_the_candidates_of_its_blocks_need() -> None:
    open_product = classes.model(LABEL, SCHEMA)
    assert open_product.needs.covers(Needs(radius=4))
    assert open_product.check_needs.covers(Needs(power=4, states=True))
    assert not product().needs.covers(Needs(radius=4))
    assert open_product.full_rank
    assert not product(parts=("ising.independent", "gaussian.diagonal")).full_rank


def test_checks_tell_dependence_and_what_means_hide(rng: np.random.Generator) -> None:
    def checked(rows: Floats) -> dict[str, bool]:
        model = product()
        seen = observed(rows, SCHEMA)
        return {check.name: bool(check.passed[0]) for check in model.checks(model.fit(seen.moments), seen)}

    rows = independent(rng, 2000)
    assert checked(rows) == {"independent blocks": True, "independence beyond the means": True}
    moved = rows.copy()
    moved[:, 0] += 0.5 * rows[:, 1]
    assert not checked(moved)["independent blocks"]
    spread = rows.copy()
    spread[:, 0] *= np.where(rows[:, 1] > 0.0, 2.0, 1.0)
    assert checked(spread) == {"independent blocks": True, "independence beyond the means": False}


def test_a_batch_is_many_single_fits(rng: np.random.Generator) -> None:
    rows = independent(rng, 400)
    rows[200:, 0] += rows[200:, 1]
    rows[395:] = rows[390:395]
    model, groups = product(), moments(rows, SCHEMA, 2)
    fit = model.fit(groups)
    single = model.fit(moments(rows[200:], SCHEMA))
    for name, value in single.parameters.items():
        np.testing.assert_allclose(fit.parameters[name][1], value[0], rtol=1e-9, atol=1e-12)
    assert fit.statistics["log Wilks ratio"][1] == pytest.approx(single.statistics["log Wilks ratio"][0], rel=1e-9)
    (check,) = model.checks(fit, Observed(groups))
    assert check.passed.tolist() == [True, False]
    assert "correlate" in check.detail(1)


def test_what_has_no_answer_says_why(rng: np.random.Generator) -> None:
    rows = independent(rng, 100)
    assert product().fit(moments(rows[:5], SCHEMA)).why(0) == (
        "5 rows cannot tell whether 2 discrete and 2 continuous columns depend on each other: at least 6 are needed. "
        "Give more rows, or fewer columns with columns=."
    )
    rows[:, 2] = 3.0
    assert product().fit(moments(rows, SCHEMA)).why(0) == "gaussian.full: a column does not vary"


def test_numbers_of_one_name_are_one_array_in_the_order_of_the_blocks(rng: np.random.Generator) -> None:
    """The fields of spins and the field of a polynomial of one column."""
    schema = mixed_schema((1, 2), 3)
    spins = np.where(rng.random((2000, 2)) < 0.3, 1.0, -1.0)
    rows = np.column_stack([tilted_well(2000), spins])
    model, averages = product(schema, ("ising.independent", "scalar.quartic")), moments(rows, schema)
    fit = model.fit(averages)
    alone = [part.fit(averages.part(block)) for part, block in zip(model.parts, model.blocks, strict=True)]
    h = np.column_stack([alone[0].parameters["h"], alone[1].parameters["h"]])
    np.testing.assert_array_equal(fit.parameters["h"], h)
    values = of_one(fit)
    assert list(model.entries("h", values)) == [((0,), (1,)), ((1,), (2,)), ((2,), (0,))]
    density = model.log_density(values, float(fit.log_partition[0]), rows)
    assert density.sum() == pytest.approx(float(fit.log_likelihood[0]), rel=1e-9)
    moved = model.influence(fit, moments(rows, schema, 100), averages)
    assert moved["h"].shape == (100, 3)


@pytest.mark.parametrize(
    ("label", "draw"),
    [
        ("scalar.quartic", lambda rng: tilted_well(1000)),
        ("student.scalar", lambda rng: rng.standard_t(4.0, size=1000)),
        ("gamma.scalar", lambda rng: rng.gamma(2.0, size=1000)),
        ("exponential.scalar", lambda rng: rng.exponential(size=1000)),
        ("log(gaussian.full)", lambda rng: np.exp(rng.normal(size=1000))),
        ("counts.poisson", lambda rng: rng.poisson(5.0, size=1000).astype(float)),
        ("counts.negative_binomial", lambda rng: rng.negative_binomial(3, 0.3, size=1000).astype(float)),
    ],
)
@pytest.mark.filterwarnings("ignore:mixed.product is the best class found")
def test_every_class_of_one_column_can_be_a_block(label: str, draw: Any, rng: np.random.Generator) -> None:
    """Its density is that of the block times that of the spin, and it is drawn, printed and differentiated."""
    y, s = draw(rng), (rng.random(1000) < 0.4).astype(int)
    found = symcat.solve({"y": y, "s": s}, classes=["mixed.product", "ising.independent", label], fallback=None)
    assert f"made of ising.independent of s and {label} of y" in str(found)
    assert found.log_density(np.column_stack([y, s])).sum() == pytest.approx(found.log_likelihood, rel=1e-9)
    assert found.sample(10, seed=0).shape == (10, 2)
    assert "y" in {str(symbol) for symbol in found.free_energy().free_symbols}


@pytest.mark.parametrize(
    ("draw", "label"),
    [
        (lambda rng: rng.gamma(2.0, size=2000), "gamma.scalar"),
        (lambda rng: rng.standard_t(3, size=2000), "student.scalar"),
        (lambda rng: rng.lognormal(size=2000), "log(gaussian.full)"),
        (lambda rng: rng.poisson(3.0, size=2000), "counts.poisson"),
        (lambda rng: tilted_well(2000, seed=5), "scalar.quartic"),
    ],
)
def test_the_block_of_one_column_has_the_class_that_it_has_alone(draw: Any, label: str) -> None:
    """Without asking for it; with its likelihood, its verdict and all its errors, and without the device."""
    rng = np.random.default_rng(0)
    s, x = rng.random(2000) < 0.4, draw(rng)
    found, alone, spin = (symcat.solve(data) for data in ({"s": s, "x": x}, {"x": x}, {"s": s}))
    assert (found.label, alone.label) == (LABEL, label)
    assert found.parts is not None
    assert [part.label for part in found.parts] == ["ising.independent", label]
    assert {step.strategy for step in found.trail} <= {"catalogue", "exact"}
    assert (found.verdict, alone.verdict) == ("fits", "fits")
    assert found.log_likelihood == pytest.approx(alone.log_likelihood + spin.log_likelihood, rel=1e-10)
    assert found.n_parameters == alone.n_parameters + spin.n_parameters
    assert alone.robust_standard_errors is not None
    for errors in ("standard_errors", "robust_standard_errors"):
        for name, value in getattr(alone, errors).items():
            mine = np.ravel(getattr(found, errors)[name])[-1]
            assert mine == pytest.approx(value, rel=1e-6, nan_ok=True), (errors, name)
    blocks = [symcat.solve(data, errors="blocks") for data in ({"s": s, "x": x}, {"x": x})]
    for name, value in blocks[1].robust_standard_errors.items():
        assert np.ravel(blocks[0].robust_standard_errors[name])[-1] == pytest.approx(value, rel=1e-6), name


def test_groups_weigh_quick_classes_of_a_block() -> None:
    rng = np.random.default_rng(0)
    frame = {"s": rng.random(400) < 0.4, "x": rng.standard_t(3, size=400), "g": np.arange(400) % 2}
    assert set(symcat.solve(frame, by="g")["label"]) <= {LABEL, "mixed.conditional_gaussian"}


def test_the_product_is_a_class_of_the_registry() -> None:
    assert isinstance(classes.model(LABEL, SCHEMA), Product)
    assert set(registry.candidates(SCHEMA)) == {
        LABEL,
        CONDITIONAL,
        f"scores({CONDITIONAL})",
        "mixed.quartic",
        "mixed.sextic",
    }


@pytest.mark.parametrize(("n", "q", "k"), [(8, 1, 1), (50, 1, 1), (12, 3, 3)])
def test_independent_blocks_of_few_rows_are_not_rejected(n: int, q: int, k: int) -> None:
    """BIC alone finds slopes in one of four tables of eight rows."""
    rng = np.random.default_rng(8)
    schema = mixed_schema(tuple(range(q)), q + k)
    model = product(schema, ("ising.independent", "gaussian.diagonal"))
    rejected = 0
    for _ in range(200):
        rows = np.column_stack([np.where(rng.random((n, q)) < 0.5, 1.0, -1.0), rng.normal(size=(n, k))])
        seen = observed(rows, schema)
        blocks = next(c for c in model.checks(model.fit(seen.moments), seen) if c.name == "independent blocks")
        rejected += not blocks.passed[0]
    assert rejected <= 2
