"""Checks of the symmetry that a class forces: of the covariance, of fourth moments, about a stated centre."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import scipy.stats

from symcat.models.base import Center
from symcat.models.family import Family
from symcat.models.fit import CheckResult, Observed
from symcat.models.gaussian import FAMILY as GAUSSIAN
from symcat.models.gaussian import joint, likelihood_ratio
from symcat.models.quartic import FAMILY as QUARTIC
from symcat.models.quartic.directions import directions
from tests.models.observing import model_of, moments_of
from tests.models.test_checks import checks_of


def batch(family: Family, label: str, tables: np.ndarray, center: Center = None) -> dict[str, CheckResult]:
    """Checks of averages of many tables (G, n, d) at once."""
    model, moments = model_of(family, label, tables.shape[2]), moments_of(list(tables))
    return {check.name: check for check in model.checks(model.fit(moments, center), Observed(moments), center)}


def assert_level(p: np.ndarray, level: float) -> None:
    """Within four binomial errors of the level."""
    error = np.sqrt(level * (1.0 - level) / len(p))
    assert abs((p < level).mean() - level) < 4.0 * error, ((p < level).mean(), error)


def wells(n: int, seed: int = 0) -> np.ndarray:
    """Two independent double wells."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n, 2)) < 0.5, 1.0, -1.0) + 0.3 * rng.standard_normal((n, 2))


@pytest.mark.parametrize("angle", [0.0, np.pi / 8, 0.3])
def test_independent_wells_are_not_isotropic_at_fourth_order(angle: float) -> None:
    """All directions are tested whichever way the wells lie; the columns, where they lie along these."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = checks_of(QUARTIC, "o2.quartic", wells(3000) @ turn)
    assert found["isotropy of the covariance"].passed[0]
    assert not found["isotropy at fourth order"].passed[0]
    assert found["isotropy along the columns"].passed[0] == (angle == np.pi / 8)


def test_in_two_columns_the_test_is_that_of_the_fourth_angular_moment() -> None:
    y = wells(200)
    moment = np.exp(4j * np.arctan2(y[:, 1], y[:, 0])).mean()
    of_degree = {check.name: check for check in directions(y, 20) or ()}
    found = of_degree["isotropy at fourth order"]
    assert found.statistic[0] == pytest.approx(2.0 * len(y) * abs(moment) ** 2, rel=1e-10)
    assert found.p_value[0] == pytest.approx(np.exp(-len(y) * abs(moment) ** 2), rel=1e-8)
    for degree, name in ((3, "isotropy at third order"), (6, "isotropy at sixth order")):
        of_angle = np.exp(1j * degree * np.arctan2(y[:, 1], y[:, 0])).mean()
        assert of_degree[name].statistic[0] == pytest.approx(2.0 * len(y) * abs(of_angle) ** 2, rel=1e-9)


@pytest.mark.parametrize("d", [3, 12])
def test_turning_the_rows_does_not_change_the_test_of_directions(d: int) -> None:
    rng = np.random.default_rng(d)
    y = rng.standard_normal((60, d)) ** 3
    turned = y @ np.linalg.qr(rng.standard_normal((d, d)))[0]
    found = [directions(rows, 20) for rows in (y, turned, np.concatenate([y, 0.0 * y]))]
    values = np.array([[check.statistic[0] for check in checks or ()] for checks in found])
    np.testing.assert_allclose(values, np.tile(values[0], (3, 1)), rtol=1e-8)  # rows at the centre have no direction
    assert directions(y[:19], 20) is None


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize(("n", "d"), [(40, 2), (40, 3), (100, 8)])
def test_uniform_directions_are_rejected_as_often_as_the_level_says(n: int, d: int) -> None:
    rng = np.random.default_rng(n)
    found = [directions(rng.standard_normal((n, d)), 20) or [] for _ in range(8000)]
    for p in np.array([[check.p_value[0] for check in checks] for checks in found]).T:
        assert_level(p, 0.05)
        assert (p < 0.001).mean() < 0.003


@pytest.mark.parametrize("label", ["gaussian.full", "gaussian.diagonal", "gaussian.isotropic", "gaussian.exchangeable"])
def test_a_centre_far_from_the_rows_fails(label: str) -> None:
    rows = np.random.default_rng(0).standard_normal((60, 3))
    far = checks_of(GAUSSIAN, label, rows, np.array([0.0, 0.0, 2.0]))["mean at the centre"]
    assert not far.passed[0]
    assert checks_of(GAUSSIAN, label, rows, np.zeros(3))["mean at the centre"].passed[0]
    assert "mean at the centre" not in checks_of(GAUSSIAN, label, rows, "mean")


def test_of_one_column_the_test_of_the_centre_is_that_of_student() -> None:
    rows = np.random.default_rng(0).standard_normal((12, 1))
    found = checks_of(GAUSSIAN, "gaussian.full", rows, np.array([0.4]))["mean at the centre"]
    assert found.p_value[0] == pytest.approx(scipy.stats.ttest_1samp(rows[:, 0], 0.4).pvalue, rel=1e-9)


def test_the_odd_moments_tell_a_wrong_centre_of_a_quartic() -> None:
    truth = {"mean": np.zeros(2), "r": -1.0, "u": 2.0}
    rows = model_of(QUARTIC, "o2.quartic", 2).sample(truth, 400, np.random.default_rng(0))
    assert not checks_of(QUARTIC, "o2.quartic", rows, np.array([0.3, 0.0]))["symmetry (odd moments)"].passed[0]


@pytest.mark.parametrize(
    "label", ["gaussian.diagonal", "gaussian.isotropic", "gaussian.exchangeable", "gaussian.cyclic"]
)
def test_a_covariance_without_the_symmetry_fails(label: str) -> None:
    mixing = np.array([[1.0, 0.8, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    rows = np.random.default_rng(0).standard_normal((200, 4))
    for center in (None, np.zeros(4)):
        assert not checks_of(GAUSSIAN, label, rows @ mixing, center)["symmetry"].passed[0]
        assert checks_of(GAUSSIAN, label, rows, center)["symmetry"].passed[0]


def test_unequal_means_are_not_exchangeable() -> None:
    rows = np.random.default_rng(0).standard_normal((200, 3)) + np.array([0.0, 0.0, 1.0])
    assert not checks_of(GAUSSIAN, "gaussian.exchangeable", rows)["symmetry"].passed[0]
    assert checks_of(GAUSSIAN, "gaussian.isotropic", rows)["symmetry"].passed[0]


def test_means_of_their_own_are_not_held_against_a_class() -> None:
    """With the sample mean asked for, each column has its own; the law of the ratio is that of the covariance alone."""
    tables = np.random.default_rng(3).standard_normal((4000, 20, 3)) + np.array([0.0, 0.0, 3.0])
    p = batch(GAUSSIAN, "gaussian.exchangeable", tables, "mean")["symmetry"].p_value
    assert_level(p, 0.05)
    assert (batch(GAUSSIAN, "gaussian.exchangeable", tables)["symmetry"].p_value < 0.01).all()


def test_the_ratio_is_that_of_the_likelihoods() -> None:
    rows = np.random.default_rng(0).standard_normal((30, 3)) * 1e-80
    for center in (None, np.full(3, 1e-81)):
        fits = [
            model_of(GAUSSIAN, f"gaussian.{name}", 3).fit(moments_of([rows]), center) for name in ("full", "cyclic")
        ]
        ratio = 2.0 * (fits[0].log_likelihood - fits[1].log_likelihood)[0]
        found = checks_of(GAUSSIAN, "gaussian.cyclic", rows, center)["symmetry"]
        assert found.statistic[0] == pytest.approx(ratio, rel=1e-9)


def test_digamma_and_trigamma_are_those_of_scipy() -> None:
    x = np.concatenate([np.arange(0.5, 20.0, 0.5), 10.0 ** np.arange(2, 7)])
    psi, derivative = likelihood_ratio._digamma_and_derivative(x)
    np.testing.assert_allclose(psi, scipy.special.psi(x), rtol=1e-11)
    np.testing.assert_allclose(derivative, scipy.special.polygamma(1, x), rtol=1e-11)


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize(("n", "d"), [(12, 2), (12, 5), (50, 3)])
@pytest.mark.parametrize("name", ["diagonal", "isotropic", "exchangeable"])
@pytest.mark.parametrize("known", [False, True])
def test_gaussian_tables_fail_the_tests_of_averages_as_often_as_the_level_says(
    n: int, d: int, name: str, known: bool
) -> None:
    tables = np.random.default_rng(n).standard_normal((20_000, n, d))
    found = batch(GAUSSIAN, f"gaussian.{name}", tables, np.zeros(d) if known else None)
    for check in ("symmetry", "mean at the centre")[: 2 if known else 1]:
        assert_level(found[check].p_value, 0.01)
        assert_level(found[check].p_value, 0.001)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "d"), [(20, 1), (50, 1), (20, 3), (100, 3), (400, 2)])
@pytest.mark.statistics
def test_skewness_and_kurtosis_of_gaussian_tables_keep_their_level(n: int, d: int) -> None:
    """Of 40 000 tables; one that had the tails of a normal law would be rejected three times too often at 20 rows."""
    tables = np.random.default_rng(d).standard_normal((40_000, n, d))
    found = batch(GAUSSIAN, "gaussian.full", tables)
    for name in ("skewness", "kurtosis"):
        assert_level(found[name].p_value, 0.001)


@pytest.mark.statistics
@pytest.mark.slow
@pytest.mark.parametrize(("n", "d"), [(20, 2), (50, 2), (40, 5)])
@pytest.mark.parametrize("name", ["full", "isotropic", "diagonal"])
def test_the_joint_kurtosis_of_gaussian_tables_keeps_its_level(n: int, d: int, name: str) -> None:
    model = model_of(GAUSSIAN, f"gaussian.{name}", d)
    rng = np.random.default_rng(n + d)
    found = [
        joint.joint_kurtosis(joint.Scaled.of(rng.standard_normal((n, d))), model.symmetrised, model.ranks)  # type: ignore[attr-defined]
        for _ in range(15_000)
    ]
    p = np.array([check.p_value[0] for check in found if check is not None])
    assert len(p) == 15_000
    assert abs((p < 0.01).mean() - 0.01) < 0.0035
    assert (p < 0.001).mean() < 0.002


def skewness_of(rows: np.ndarray) -> CheckResult:
    found = joint.joint_skewness(joint.Scaled.of(rows))
    assert found is not None
    return found


def test_the_joint_skewness_is_that_of_mardia() -> None:
    """The average of cubes of Mahalanobis products over all pairs of rows, whatever the linear map."""
    rng = np.random.default_rng(0)
    for n, d in ((40, 3), (30, 12)):  # by third moments, and by pairs of rows
        rows = rng.exponential(size=(n, d))
        y = rows - rows.mean(axis=0)
        product = y @ np.linalg.solve(y.T @ y / n, y.T)
        assert skewness_of(rows).statistic[0] == pytest.approx((product**3).mean(), rel=1e-9)
        assert skewness_of(rows @ rng.normal(size=(d, d))).statistic[0] == pytest.approx((product**3).mean(), rel=1e-7)


def test_columns_curved_in_each_other_are_not_jointly_gaussian() -> None:
    """Each is Gaussian but for a skewness of 0.03, and none depends on another linearly."""
    rows = np.random.default_rng(0).standard_normal((36_000, 3))
    rows[:, 1] += 0.15 * (rows[:, 0] ** 2 - 1.0)
    twisted = np.random.default_rng(1).standard_normal((36_000, 3))
    twisted[:, 2] += 0.15 * twisted[:, 0] * twisted[:, 1]
    for table in (rows, twisted):
        for label in ("gaussian.full", "gaussian.isotropic", "gaussian.diagonal"):
            assert checks_of(GAUSSIAN, label, table)["joint skewness"].p_value[0] < 1e-20


def test_gaussian_rows_have_no_joint_skewness() -> None:
    for n, d in ((20, 2), (300, 3), (9000, 5), (3000, 40)):
        p = [skewness_of(np.random.default_rng(seed).standard_normal((n, d))).p_value[0] for seed in range(4)]
        assert min(p) > 0.001


@pytest.mark.slow
@pytest.mark.statistics
@pytest.mark.parametrize(("n", "d"), [(20, 2), (50, 3), (50, 5), (300, 3), (60, 20)])
def test_the_joint_skewness_of_gaussian_tables_keeps_its_level(n: int, d: int) -> None:
    """Of many rows its law is a chi-square; that would reject up to ten times too often at 50 rows."""
    rng = np.random.default_rng(n + d)
    p = np.array([skewness_of(rng.standard_normal((n, d))).p_value[0] for _ in range(20_000)])
    assert (p < 0.05).mean() < 0.055
    assert (p < 0.01).mean() < 0.012
    assert 0.0003 < (p < 0.001).mean() < 0.0018


@pytest.mark.parametrize("ranks", [[3], [1, 1, 1], [1, 2], [1, 2, 2]])
def test_mean_and_variance_of_the_joint_kurtosis_are_exact(ranks: list[int]) -> None:
    """Against as many drawn tables as tell both to a hundredth."""
    rng = np.random.default_rng(0)
    m, total = 9, 40_000
    values = np.zeros((total, m))
    for k in ranks:
        y = rng.standard_normal((total, m, k))
        part = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum(axis=2)
        values += k * part / part.mean(axis=1, keepdims=True)
    found = (values**2).mean(axis=1)
    expected, variance = joint._law_of_parts(m, np.array(ranks, dtype=np.float64))
    assert found.mean() == pytest.approx(expected, rel=0.005)
    assert found.var() == pytest.approx(variance, rel=0.05)


def test_rows_that_do_not_span_the_columns_have_no_joint_kurtosis() -> None:
    model = model_of(GAUSSIAN, "gaussian.full", 2)
    rows = np.random.default_rng(0).standard_normal((40, 2))
    for second in (np.zeros(40), rows[:, 0]):
        sample = np.column_stack([rows[:, 0], second])
        assert joint.joint_kurtosis(joint.Scaled.of(sample), model.symmetrised, None) is None  # type: ignore[attr-defined]
