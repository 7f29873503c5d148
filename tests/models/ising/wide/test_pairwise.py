"""``ising.pairwise`` of many columns: exact or refused, then by its series; or with couplings from elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.models.fit import Observed
from symcat.models.ising.couplings import pair_values
from symcat.models.ising.wide import gibbs
from symcat.models.ising.wide.pairwise import WidePairwise
from symcat.models.ising.wide.wide_fit import refusal
from tests.models.ising.tables import made, measured, one, signs, together

Floats = NDArray[np.float64]
D = 30


def wide(**options: object) -> WidePairwise:
    found = made("ising.pairwise", D, **options)
    assert isinstance(found, WidePairwise)
    return found


def dense(beta: float, n: int = 8000) -> Floats:
    rng = np.random.default_rng(6)
    j = np.triu(rng.normal(scale=beta / np.sqrt(D), size=(D, D)), 1)
    return gibbs.sample(rng.normal(scale=0.1, size=D), j + j.T, n, rng)


def blocks(n: int = 4000) -> Floats:
    rng = np.random.default_rng(7)
    pull = np.repeat(rng.standard_normal((n, D // 5)), 5, axis=1)
    return signs(pull + rng.standard_normal((n, D)) > 0.4)


def test_independent_blocks_are_answered_exactly() -> None:
    model, moments = wide(), measured(blocks())
    found = model.fit(moments)
    assert (found.source, found.why(0)) == ("exact", "")
    assert "independent blocks" in found.note
    assert model.corrected(Observed(moments), model.fit(measured(blocks()))) is None
    (check,) = model.checks(found, Observed(moments))
    assert check.name == "averages match"
    assert check.passed[0]
    assert check.detail(0) == found.note
    j = found.parameters["J"][0]
    assert len(model.entries("J", one(found.parameters))) == np.count_nonzero(np.triu(j))


def test_weak_dense_couplings_are_refused_and_then_corrected() -> None:
    model, moments = wide(), measured(dense(0.5))
    refused = model.fit(moments)
    assert not refused.answered[0]
    assert "hang together" in refused.why(0)
    found = model.corrected(Observed(moments), refused)
    assert found is not None
    assert (found.source, found.answered[0]) == ("correction", True)
    assert found.note.startswith("Sessak-Monasson: normalised error")
    assert found.statistics["normalised_error"][0] < 1.0
    assert found.n_parameters == D * (D + 1) // 2
    assert np.isfinite(found.standard_errors["J"]).all()
    (check,) = model.checks(found, Observed(moments))
    assert "log Z is known to" in check.detail(0)


def test_strong_couplings_are_refused_by_the_series_too() -> None:
    model, moments = wide(), measured(dense(1.5))
    found = model.corrected(Observed(moments), model.fit(moments))
    assert found is not None
    assert not found.answered[0]
    assert "Sessak-Monasson" in found.why(0)
    assert found.why(0).endswith("give the pairs that are coupled (interactions=), fewer columns, or more rows")
    assert found.statistics["normalised_error"][0] > 1.0


def test_what_no_series_is_for() -> None:
    few = measured(dense(0.5)[:D])
    refused = wide().fit(few)
    assert "cannot determine the couplings" in refused.why(0)
    assert wide().corrected(Observed(few), refused) is None
    never = dense(0.5)
    never[never[:, 0] > 0.0, 1] = -1.0
    shut = measured(never)
    infinite = wide(prior=None).fit(shut)
    assert "1 pair never both +1: (x0, x1)" in infinite.why(0)
    assert wide(prior=None).corrected(Observed(shut), infinite) is None
    everything = tuple((i, j) for i in range(D) for j in range(i))
    given = wide(interactions=everything)
    refused = given.fit(measured(dense(0.5)))
    assert "elimination order" in refused.why(0)
    assert given.corrected(Observed(measured(dense(0.5))), refused) is None


def test_groups_are_what_they_are_alone() -> None:
    never = blocks()
    never[never[:, 0] > 0.0, 1] = -1.0
    single = [measured(blocks()), measured(dense(1.5)), measured(blocks()[:20]), measured(never)]
    model = wide()
    moments = together(single)
    batch = model.fit(moments)
    assert (batch.source, batch.note) == ("exact", "")
    checks = {check.name: check for check in model.checks(batch, Observed(moments))}
    assert checks["finite maximum"].passed.tolist() == [True, True, True, False]
    for g, alone in enumerate(single):
        found = model.fit(alone)
        assert batch.why(g) == found.why(0)
        np.testing.assert_array_equal(batch.parameters["J"][g], found.parameters["J"][0])
        if found.answered[0]:
            own = {check.name: check for check in model.checks(found, Observed(alone))}
            assert checks["averages match"].statistic[g] == own["averages match"].statistic[0]
    corrected = model.corrected(Observed(moments), batch)
    assert corrected is not None
    assert not corrected.answered.any()
    assert [corrected.why(g)[:15] for g in range(4)][1] == "Sessak-Monasson"
    assert corrected.why(2) == batch.why(2)


@pytest.mark.parametrize("basis", ["spin", "binary"])
def test_couplings_from_elsewhere_become_a_fit(basis: str) -> None:
    model, rows = wide(basis=basis), dense(0.5)
    moments = measured(rows)
    refused = model.fit(moments)
    plain = wide()
    series = plain.corrected(Observed(moments), plain.fit(moments))
    assert series is not None
    theta = plain.flatten(series.parameters)[0]
    found = replace(
        refusal(D, "relaxed"),
        h=theta[:D],
        J=series.parameters["J"][0],
        log_partition=float(series.log_partition[0]),
        accepted=True,
        normalised_error=0.5,
    )
    fit = model.from_couplings(moments, refused, found, "analog")
    assert (fit.source, fit.note, fit.answered[0]) == ("analog", "relaxed", True)
    np.testing.assert_allclose(model.from_basis(fit.parameters)[0, D:], pair_values(found.J[None])[0], rtol=1e-12)
    np.testing.assert_allclose(
        model.log_density(one(fit.parameters), float(fit.log_partition[0]), rows[:5]),
        plain.log_density(one(series.parameters), float(series.log_partition[0]), rows[:5]),
        rtol=1e-10,
    )
    lost = model.from_couplings(moments, refused, replace(found, accepted=False, detail="no time"), "analog")
    assert lost.why(0) == "no time"


def test_larger_sets_need_all_states() -> None:
    with pytest.raises(InvalidData, match="sum over all states"):
        wide(interactions=((0, 1, 2),))
