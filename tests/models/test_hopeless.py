"""Searches that cannot change what is taken, nor what comes next to it, are not made."""

from __future__ import annotations

import numpy as np

import symcat

ROWS = np.random.default_rng(0).lognormal(0.0, 1.0, 400)


def test_special_cases_are_left_out_once_richer_classes_are_known_to_be_too_unlikely() -> None:
    answer = symcat.solve(ROWS, fallback=None)
    first, second, *others = answer.evidence
    assert answer.label == first.label == "log(gaussian.full)"
    assert second.bic is not None
    left_out = [one for one in others if "of which it is a special case" in one.reason]
    assert {"z2.octic", "z2.sextic", "scalar.sextic"} <= {one.label for one in left_out}
    for one in left_out:
        richer = one.reason.removeprefix("not searched for: ").partition(",")[0]
        alone = symcat.solve(ROWS, classes=[richer], fallback=None)
        assert -2.0 * alone.log_likelihood > second.bic
