"""Classes that cannot be taken, whatever a search for them would find: others are likelier than they can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center, Model
from symcat.models.candidates import Candidate
from symcat.models.fit import Observed
from symcat.models.special import is_bounded


def holds_atom(models: Sequence[Model], observed: Observed) -> bool:
    """Whether a class with a mass at a value may answer: beside it densities lose what they gain by a spike there."""
    sample = observed.sample
    atoms = [model.atom for model in models if model.atom is not None]
    return bool(atoms) and (sample is None or bool(np.isin(sample, atoms).any()))


def richest_first(models: Sequence[Model]) -> list[int]:
    """Places of the classes in the order in which they are best fitted to a batch of one.

    Those that search and are special cases of others come last, the richest first: by then it is known how likely they
    can be at most, and how likely the others are.
    """

    def richer(model: Model) -> int:
        return 0 if model.by_group else sum(model.label in other.nested for other in models)

    return sorted(range(len(models)), key=lambda place: richer(models[place]))


def hopeless(model: Model, candidates: Sequence[Candidate]) -> str:
    """Why a class that takes a search comes third at best, whatever it finds: no special case is
    likelier than its class. So neither what is taken nor what comes next to it changes.

    Of a batch of one; empty where it may be one of the two.
    """
    answered = [c for c in candidates if not c.ruled_out[0] and not math.isnan(c.bic[0])]
    second = sorted(float(c.bic[0]) for c in answered)[1:2]
    for richer in answered if second else ():
        if model.label not in richer.model.nested:
            continue
        penalty = model.least_free * math.log(float(richer.fit.count[0]))
        if penalty - 2.0 * float(richer.fit.log_likelihood[0]) > second[0]:
            return f"not searched for: {richer.label}, of which it is a special case, is not likely enough either"
    return ""


def beaten_groups(
    model: Model, moments: Moments, center: Center, candidates: Sequence[Candidate]
) -> NDArray[np.bool_] | None:
    """(G,) in which groups another class has a smaller BIC than this one can have; None where that is not known."""
    if center is not None or not is_bounded(model) or not candidates:
        return None
    bic = np.stack([np.where(c.ruled_out, np.inf, np.nan_to_num(c.bic, nan=np.inf)) for c in candidates])
    out: NDArray[np.bool_] = model.least_bic(moments) > bic.min(axis=0)
    return out
