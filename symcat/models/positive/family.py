"""The family of laws of positive numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, Model, Options
from symcat.models.family import Averages, OneColumnFamily, Replay, Stated
from symcat.models.fit import Fault
from symcat.models.one_column import averages_of_groups, moments_of_means, positive_parameters
from symcat.models.positive import exponential, gamma
from symcat.models.positive.replay import replay
from symcat.models.tables import Tables

_PARAMETERS = {exponential.LABEL: ("rate",), gamma.LABEL: ("shape", "rate")}


class PositiveLaws(OneColumnFamily):
    """The exponential and the gamma law of one column."""

    name = "positive"
    labels: tuple[str, ...] = (exponential.LABEL, gamma.LABEL)

    def made(self, label: str, schema: Schema, tables: Tables) -> Model:
        return exponential.Exponential(schema) if label == exponential.LABEL else gamma.Gamma(schema, tables)

    def averages(
        self, label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None
    ) -> Averages:
        names = ("mean",) if label == exponential.LABEL else ("mean", "mean_log")
        stated, batch, faults = averages_of_groups(label, names, given)
        mean = stated["mean"]
        faults.add(
            ~(mean > 0.0),
            lambda g: Fault(f"mean={mean[g]:.9g} is not the mean of positive numbers: state one above zero."),
        )
        deviance = np.ones_like(mean)
        if label == gamma.LABEL:
            with np.errstate(all="ignore"):
                deviance = np.log(mean) - stated["mean_log"]
            faults.add(
                ~(deviance > 0.0),
                lambda g: Fault(
                    f"mean_log={stated['mean_log'][g]:.9g} is not below log(mean)={np.log(mean[g]):.9g}, as it is for "
                    "all numbers that vary: look at both again."
                ),
            )
        faults.check(batch)
        moments = moments_of_means(faults.cleared(mean), n, columns, **{gamma.DEVIANCE: deviance})
        return Averages(moments, Schema.real(moments.columns), batch, faults=faults)

    def stated(self, label: str, given: Mapping[str, Any], columns: Sequence[str] | None, options: Options) -> Stated:
        return positive_parameters(label, _PARAMETERS[label], given, columns)

    def replay(self, entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
        return replay(entry, points, rng, tables)
