"""Fields and couplings of more columns than can be enumerated, by the closed forms of ``mean_field``, if they match.

They are the terms that the catalogue's table of corrections holds for ``ising.pairwise``: series in the correlations,
so that nothing but a comparison can tell whether they are good enough. The averages that an answer implies are sampled
anew; it is taken only if they match the data's (``agreement``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symcat.models.ising.wide import agreement, annealing, conditional, gibbs
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.mean_field import CLOSED_FORMS, Estimate, Refusal
from symcat.models.ising.wide.wide_fit import Method, WideFit, refusal

CURE = "give the pairs that are coupled (interactions=), fewer columns, or more rows"

_STATES_PER_COLUMN = 4  # least number of states for the information of a conditional law


def correct(data: Data, *, seed: int = 0) -> WideFit:
    """The first of the closed forms whose averages are those of the data; else the closest, refused.

    ``seed`` is of the sampling by which they are judged.
    """
    d = len(data.mean)
    closest = refusal(d, "")
    tried: dict[str, list[str]] = {}  # what was said, and of which forms
    for name, form in CLOSED_FORMS.items():
        found = form(data.mean, data.pair)
        if isinstance(found, Refusal):
            tried.setdefault(found.reason, []).append(name)
            continue
        verdict = agreement.judge(found.h, found.J, data, seed=seed)
        tried.setdefault(verdict.in_words, []).append(name)
        if verdict.accepted:
            return _closed(data, found, name, verdict, seed)
        if not verdict.normalised_error >= closest.normalised_error:
            closest = replace(closest, h=found.h, J=found.J, method=name, normalised_error=verdict.normalised_error)
    said_of_all = "; ".join(f"{', '.join(names)}: {said}" for said, names in tried.items())
    return replace(closest, detail=f"{said_of_all}; {CURE}")


def _closed(data: Data, found: Estimate, name: Method, verdict: agreement.Agreement, seed: int) -> WideFit:
    d = len(data.mean)
    states = verdict.sampled.states
    least = _STATES_PER_COLUMN * d
    if len(states) < least:
        states = gibbs.sample(found.h, found.J, least, np.random.default_rng(seed))
    h_error, coupling_error = conditional.standard_errors(found.h, found.J, states, data.count)
    few = d <= conditional.MOST_COLUMNS
    log_partition, log_error = annealing.log_partition(found.h, found.J, np.arctanh(data.mean), seed=seed)
    return WideFit(
        h=found.h,
        J=found.J,
        h_error=h_error,
        J_error=coupling_error,
        log_partition=log_partition,
        log_partition_error=log_error,
        method=name,
        exact=False,
        n_parameters=d * (d + 1) // 2,
        normalised_error=verdict.normalised_error,
        accepted=True,
        detail=f"{name}: {verdict.in_words}; standard errors from the law of each column given the others, sampled",
        laws=conditional.inverse_informations(found.h, found.J, states) if few else None,
    )
