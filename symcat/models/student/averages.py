"""Student's law from averages, where its centre and its width are known: one parameter, read from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.models.base import Floats, counted
from symcat.models.batches import blank_refused
from symcat.models.curve import Curve
from symcat.models.family import Averages
from symcat.models.fit import Fault, Fit
from symcat.models.one_column import WithAverages, averages_of_groups, moments_of_means
from symcat.models.student.reduced import argument, degrees_from, log_z_of, mean_log_of

_BEYOND = "mean_log lies beyond where the table ends, at 2980: no numbers in double precision reach so far"


def read(label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None) -> Averages:
    """``width``, ``mean_log`` and ``mean``, the centre, zero where left out. Raises InvalidData for impossible ones."""
    names = ("mean", "width", "mean_log")
    stated, batch, faults = averages_of_groups(label, names, {"mean": 0.0, **given})
    for name in names[1:]:
        values = stated[name]
        what = "a width" if name == "width" else "an average of log(1 + y^2) of rows that vary"
        faults.add(
            ~(values > 0.0),
            lambda g, name=name, values=values, what=what: Fault(  # type: ignore[misc]
                f"{name}={values[g]:.9g} is not {what}: state a positive number."
            ),
        )
    faults.check(batch)
    centers, width = faults.cleared(stated["mean"]), stated["width"]
    moments = moments_of_means(centers, n, columns, size=width, width=width, mean_log=stated["mean_log"])
    return Averages(moments, Schema.real(moments.columns), batch, faults=faults)


def fitted(label: str, moments: WithAverages, curve: Curve) -> Fit:
    """Degrees of freedom, and the scale that goes with them, of every group."""
    count, width, mean_log = moments.count, moments.beside["width"], moments.beside["mean_log"]
    with np.errstate(all="ignore"):  # groups without a solution are told by their reason
        along = np.where(mean_log > 0.0, mean_log, np.nan)
        found = curve.read(argument(along))
        nu = degrees_from(along, found.parameter)
        scale = width / np.sqrt(nu)
        log_z = log_z_of(along, found.log_z) + np.log(width)
        errors = {}
        if counted(moments):
            # By nu the log density is -log(1 + y^2) / 2 less that of log Z, whose variance is -2 dL / dnu.
            slope = np.array([mean_log_of(value)[1] if np.isfinite(value) else np.nan for value in nu.tolist()])
            error = np.sqrt(-2.0 / (count * slope))
            errors = {
                "mean": np.zeros((len(nu), 1)),
                "scale": 0.5 * scale / nu * error,
                "degrees_of_freedom": error,
            }
    return blank_refused(
        Fit(
            label=label,
            count=count,
            parameters={"mean": moments.mean, "scale": scale, "degrees_of_freedom": nu},
            standard_errors=errors,
            log_partition=log_z,
            log_likelihood=-count * (0.5 * (nu + 1.0) * along + log_z),
            n_parameters=1,
            statistics={},
            reason=(~np.isfinite(nu)).astype(np.int8),
            reasons=("", _BEYOND),
            source=found.source,
        )
    )
