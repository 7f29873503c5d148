"""Classes that cannot be taken, whatever a search for them would find: others are likelier than they can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center, Model
from symcat.models.candidates import Candidate
from symcat.models.special import is_bounded


def hopeless(model: Model, candidates: Sequence[Candidate]) -> str:
    """Why a class that takes a search cannot be taken, whatever it finds: no special case is likelier than its class.

    Of a batch of one; empty where it may be taken.
    """
    answered = [c for c in candidates if not c.ruled_out[0] and not math.isnan(c.bic[0])]
    best = min((float(c.bic[0]) for c in answered), default=math.inf)
    for richer in answered:
        if model.label in richer.model.nested and -2.0 * float(richer.fit.log_likelihood[0]) > best:
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
