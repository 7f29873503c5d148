"""Batches of fits put together, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import Fault, Fit, Regression

Floats = NDArray[np.float64]

_OVERFLOW = Fault(
    "The parameters or their errors leave double precision in the units of these averages: state them in units in "
    "which the columns spread over about one."
)


def concatenate_fits(fits: Sequence[Fit]) -> Fit:
    """One batch holding the groups of all ``fits`` of one class, in order."""
    first = fits[0]

    def joined(name: str) -> Any:
        return np.concatenate([getattr(fit, name) for fit in fits])

    def joined_values(name: str) -> dict[str, Floats]:
        return {key: np.concatenate([getattr(fit, name)[key] for fit in fits]) for key in getattr(first, name)}

    reasons = tuple(dict.fromkeys(text for fit in fits for text in fit.reasons))
    place = {text: k for k, text in enumerate(reasons)}
    reason = [np.array([place[text] for text in fit.reasons], dtype=np.int32)[fit.reason] for fit in fits]
    return replace(
        first,
        count=joined("count"),
        parameters=joined_values("parameters"),
        standard_errors=joined_values("standard_errors"),
        log_partition=joined("log_partition"),
        log_likelihood=joined("log_likelihood"),
        statistics=joined_values("statistics"),
        reason=np.concatenate(reason),
        reasons=reasons,
        information=None,
        regression=None if first.regression is None else _joined_regressions([fit.regression for fit in fits]),
        parts=tuple(concatenate_fits(parts) for parts in zip(*(fit.parts for fit in fits), strict=True)),
        joint=None if first.joint is None else concatenate_fits([fit.joint for fit in fits if fit.joint is not None]),
    )


def _joined_regressions(found: Sequence[Regression | None]) -> Regression | None:
    present = [one for one in found if one is not None]

    def joined(name: str) -> Any:
        values = [getattr(one, name) for one in present]
        return None if values[0] is None else np.concatenate(values)

    return replace(present[0], covariance=None, **{name: joined(name) for name in present[0].numbers})


def refused_fit(label: str, count: Floats, reason: str, shapes: Mapping[str, tuple[int, ...]] | None = None) -> Fit:
    """No answer in any group, and why; its numbers, of these shapes, are there by name."""
    nothing = np.full(len(count), np.nan)
    named = {name: np.full((len(count), *shape), np.nan) for name, shape in (shapes or {}).items()}
    return Fit(label, count, named, {}, nothing, nothing, 0, {}, np.ones(len(count), dtype=np.int8), ("", reason))


def with_faults(fit: Fit, faults: Mapping[int, str]) -> Fit:
    """The fit with the groups refused whose data are at fault, each for its own reason, and those that overflow.

    Parameters that are infinite, or not a number in a group that was answered, are of units beyond double precision.
    """
    with np.errstate(all="ignore"):
        numbers = [*fit.parameters.values(), fit.log_partition]
        written = np.all([np.isfinite(v.reshape(len(v), -1)).all(axis=1) for v in numbers], axis=0)
        for errors in fit.standard_errors.values():  # not a number where they are not known
            written &= ~np.isinf(errors.reshape(len(errors), -1)).any(axis=1)
    said = dict(faults) | {int(g): _OVERFLOW for g in np.flatnonzero(fit.answered & ~written) if int(g) not in faults}
    return refusing(fit, said)


def refusing(fit: Fit, said: Mapping[int, str]) -> Fit:
    """The fit with some groups refused, each for its own reason."""
    if not said:
        return fit
    reasons = dict.fromkeys((*fit.reasons, *said.values()))
    place = {text: code for code, text in enumerate(reasons)}
    reason = np.array([place[text] for text in fit.reasons], dtype=np.int32)[fit.reason]
    for group, text in said.items():
        reason[group] = place[text]
    return blank_refused(replace(fit, reason=reason, reasons=tuple(reasons)))


def refusing_where(fit: Fit, refused: NDArray[np.bool_], text: str) -> Fit:
    """The fit with the groups (G,) refused for one reason."""
    reason = np.where(refused, np.int32(len(fit.reasons)), fit.reason)
    return blank_refused(replace(fit, reason=reason, reasons=(*fit.reasons, text)))


def blank_refused(fit: Fit) -> Fit:
    """The fit with NaN wherever a group is refused."""
    refused = ~fit.answered
    if not refused.any():
        return fit

    def blank(values: Floats) -> Floats:
        kept = np.array(values)
        kept[refused] = np.nan
        return kept

    return replace(
        fit,
        parameters={name: blank(values) for name, values in fit.parameters.items()},
        standard_errors={name: blank(values) for name, values in fit.standard_errors.items()},
        log_partition=blank(fit.log_partition),
        log_likelihood=blank(fit.log_likelihood),
    )
