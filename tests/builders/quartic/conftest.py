"""The precision of the certified values of the radial quartic family."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    from flint import ctx

    from builders.quartic.ball import PRECISION

    with ctx.workprec(PRECISION):
        yield
