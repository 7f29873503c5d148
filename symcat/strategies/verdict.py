"""The verdict on an answer: whether it describes its data, nearly or not, and how far it is from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from symcat.models.base import Model
from symcat.models.candidates import Weighed, in_words
from symcat.models.drawn_rows import drawn_from, of_rows
from symcat.models.enough_rows import too_few
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.misfit import (
    TOLERANCE,
    Judgement,
    Misfit,
    Verdict,
    asked_for,
    gained,
    of_column,
    together,
)
from symcat.models.rounded_rows import RoundedRows
from symcat.models.special import of_whole_numbers

_ORDER = ("fits", None, "close", "misfit")


def judged(
    model: Model,
    fit: Fit,
    checks: Sequence[CheckResult],
    weighed: Weighed,
    observed: Observed,
    seed: int,
    tolerance: float = TOLERANCE,
) -> Judgement:
    """The judgement on a fit of a batch of one.

    It fits where no check rejects it, and the interval of its misfit begins below the tolerance; else it is close where
    the misfit is within the tolerance. Of too few rows none is said to fit.
    """
    failed = sorted(
        (check for check in checks if check.weight != "told" and not check.passed[0]),
        key=lambda check: float(np.nan_to_num(check.p_value[0])),
    )
    line = of_column(model, fit, observed.sample)
    parts = _of_parts(model, weighed, observed, seed, tolerance)
    if not failed and (line is None or not line.beyond(tolerance)):
        fits = Judgement(None if too_few(model, fit, checks)[0] else "fits", line)
        return max([fits, *parts], key=_severity)
    seen = line if line is not None else _of_drawn_rows(model, fit, observed, seed)
    own = next((c.in_cells for c in weighed.candidates if c.fit is fit), fit)
    richer = [c.in_cells for c in weighed.candidates if model.label in c.model.nested and c.fit.answered[0]]
    of_checks = [asked_for(check, float(fit.count[0]), at_least=line is None) for check in failed]
    found = [one for one in (seen, gained(own, richer), *of_checks) if one is not None]
    worst = max(found, key=lambda one: one.nats, default=None)
    sized = worst is not None and (seen is not None or None not in of_checks)
    verdict: Verdict = "close" if worst is not None and sized and worst.nats <= tolerance else "misfit"
    judgement = Judgement(verdict, worst, in_words(failed[0], 0) if failed else "")
    return max([judgement, *parts], key=_severity)


def _severity(one: Judgement) -> tuple[int, float]:
    return _ORDER.index(one.verdict), 0.0 if one.misfit is None else one.misfit.nats


def _of_parts(model: Model, weighed: Weighed, observed: Observed, seed: int, tolerance: float) -> list[Judgement]:
    """Of a composite class, the judgements on the classes of its blocks; the worst is its own."""
    winner = next((c for c in weighed.candidates if c.model is model), None)
    found = []
    for part, block in zip(winner.parts if winner else (), model.blocks, strict=False):
        taken = part.winner()
        if taken is not None:
            found.append(judged(taken.model, taken.fit, taken.checks, part, observed.part(block), seed, tolerance))
    seen = [one for one in found if one.verdict in ("close", "misfit") and one.misfit is not None]
    if len(seen) < 2:
        return found
    nats, worst = together(seen), max(seen, key=_severity)
    verdict: Verdict = "misfit" if worst.verdict == "misfit" or nats.nats > tolerance else "close"
    return [*found, Judgement(verdict, nats, worst.rejecting)]


def _of_drawn_rows(model: Model, fit: Fit, observed: Observed, seed: int) -> Misfit | None:
    """Of several columns, from rows drawn from the fit; rounded values are spread over what rounds to them."""
    columns, rows = len(model.schema), observed.sample
    if rows is None or columns < 2 or model.drawn_slowly or fit.regression is not None or len(rows) <= columns:
        return None
    drawn = drawn_from(model, fit, seed, len(rows))
    whole = of_whole_numbers(model)
    rounded = RoundedRows.of(rows, model.schema.at("real"))
    if rounded is not None:
        rows = rounded.spread(rows, np.random.default_rng(seed))
    if whole:
        drawn = RoundedRows(drawn, np.isin(np.arange(columns), whole).astype(np.float64)).spread(
            drawn, np.random.default_rng(seed)
        )
    return of_rows(model.schema, rows, drawn)


def in_a_sentence(label: str, found: Judgement) -> str:
    """What a reader of the answer is warned of."""
    said = f": {found.rejecting}" if found.rejecting else ""
    size = "" if found.misfit is None or not math.isfinite(found.misfit.nats) else _size(found.misfit)
    how = "well" if found.verdict == "misfit" else "exactly"
    return f"{label} is the best class found and does not describe the data {how}{size}{said}."


def _size(misfit: Misfit) -> str:
    return f" (misfit {misfit.nats:.2g} nats a row, from {misfit.of})"
