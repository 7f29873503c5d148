"""Polynomials in the reduced variable: within their bound at fresh points, or refused."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("flint")


from builders.ising.lattice import checks, segments
from builders.tools.checks import CannotCertify
from builders.tools.segments import segment_rows
from symcat.models.ising.lattice.reduced import CURIE_WEISS, SQUARE, reduced


def test_polynomials_meet_their_bound_at_fresh_points() -> None:
    for label, size in ((CURIE_WEISS, 7), (SQUARE, 4)):
        ensemble, form = checks.ensemble_of(label, size), reduced(label, size)
        pieces = segments.fit(segments.stored(ensemble, form), form)
        rows = segment_rows(label, pieces, size=size)
        at = checks.points(form, 40, random.Random(1))
        assert max(checks.lookup_errors(label, size, ensemble, rows, at)) < 1e-10
        assert checks.contiguous(label, [size], rows, "fast")["passed"]
        broken = [dict(row, coefficients=[2.0 * c for c in row["coefficients"]]) for row in rows]  # type: ignore[union-attr]
        assert max(checks.lookup_errors(label, size, ensemble, broken, at)) > 1e-10
        assert not checks.contiguous(label, [size], rows[2:], "fast")["passed"]


def test_a_function_that_cannot_be_met_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "MOST", 6)
    form = reduced(CURIE_WEISS, 40)
    with pytest.raises(CannotCertify, match="polynomials of degree"):
        segments.fit(segments.stored(checks.ensemble_of(CURIE_WEISS, 40), form), form)
