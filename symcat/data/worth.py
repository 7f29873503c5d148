"""Rows that depend on their neighbours: each is worth less than one, and some that are far apart stand for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from symcat.data.moments import Floats, Moments


def worth(moments: Moments, share: float) -> Moments:
    """The same averages, of rows each of which counts as ``share`` of one."""
    if share == 1.0:
        return moments
    states = moments.states
    return replace(
        moments,
        count=moments.count * share,
        charts={
            name: replace(of, moments=worth(of.moments, share), outside=of.outside * share)
            for name, of in moments.charts.items()
        },
        states=None if states is None else replace(states, counts=states.counts * share),
    )


def thinned(batches: Iterable[Floats], step: int) -> Floats:
    """(m, d) every ``step``-th of consecutive rows, which come in batches."""
    kept: list[Floats] = []
    skip = 0
    for rows in batches:
        kept.append(np.array(rows[skip::step]))
        skip = (skip - len(rows)) % step
    return np.concatenate(kept)
