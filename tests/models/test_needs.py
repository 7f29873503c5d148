"""What statistics keep where nothing is said is what the classes weighed by default ask for."""

from __future__ import annotations

import pytest

from symcat import catalogue
from symcat.data.needs import usual_needs
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options
from tests.models.encoded import mixed_schema


@pytest.mark.parametrize(
    "schema",
    [Schema.real(["x"]), Schema.real(["x", "y"]), Schema.real(["x", "y", "z"]), mixed_schema((1,), 2)],
    ids=["one real", "two real", "three real", "one of each"],
)
def test_the_averages_and_checks_of_every_candidate(schema: Schema) -> None:
    """But for charts, which are rarely asked for."""
    kept = usual_needs(schema)
    for model in registry.models(None, schema, Options(), catalogue.default()):
        assert kept.covers((model.needs | model.check_needs).without_charts()), model.label
