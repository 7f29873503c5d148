"""What is said of each of many groups in words: few distinct texts, made once each and pointed at by codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.answer.frames import Text
from symcat.models.candidates import Candidate, Weighed, rules_out
from symcat.models.concatenation import NOT_WEIGHED
from symcat.models.enough_rows import too_few
from symcat.models.fit import CheckResult
from symcat.models.misfit import VERDICTS
from symcat.models.misfit import verdicts as of_groups

Codes = NDArray[np.integer[Any]]


def labels(weighed: Weighed) -> Text:
    """The class that each group takes, null where it takes none."""
    return Text((*(candidate.label for candidate in weighed.candidates), None), weighed.taken.astype(np.int32))


def checks_made(weighed: Weighed) -> Text:
    """The names of the checks that were made of the class that each group takes, null where none was."""
    return _names_of_checks(weighed, lambda check: check.made)


def checks_failed(weighed: Weighed) -> Text:
    """The names of those that reject it, though it was taken; null where none does."""
    return _names_of_checks(weighed, lambda check: ~check.passed)


def verdicts(weighed: Weighed, tolerance: float) -> Text:
    """Whether the class that each group takes describes it: fits, close or misfit; null where it takes none, and
    where rows are too few to say that it fits."""
    codes = np.full(len(weighed.taken), len(VERDICTS), dtype=np.int32)
    for index, candidate in enumerate(weighed.candidates):
        mine = weighed.taken == index
        if mine.any():
            richer = [other.fit for other in weighed.candidates if candidate.label in other.model.nested]
            found = of_groups(candidate.fit, candidate.checks, richer, tolerance)
            unjudged = (found == VERDICTS.index("fits")) & too_few(candidate.model, candidate.fit, candidate.checks)
            np.copyto(codes, np.where(unjudged, len(VERDICTS), found), where=mine, casting="unsafe")
    return Text((*VERDICTS, None), codes)


def reasons(weighed: Weighed, unusable: Text | None = None) -> Text:
    """Why a group has no answer: what ``unusable`` says of its data, or else what each class said; null where it has
    one."""
    codes = np.zeros(len(weighed.taken), dtype=np.int32)
    refused = np.flatnonzero(weighed.taken == len(weighed.candidates))
    said: list[tuple[str, ...]] = [()]
    where: Codes = np.zeros(len(refused), dtype=np.int64)
    for candidate in weighed.candidates:
        texts, own = _refusals(candidate, refused)
        present, where = _distinct(where * len(texts) + own, len(said) * len(texts))
        said = [(*said[code // len(texts)], texts[code % len(texts)]) for code in present.tolist()]
    codes[refused] = where + 1
    words = [_in_words([candidate.label for candidate in weighed.candidates], row) for row in said]
    found = Text((None, *words), codes)
    return found if unusable is None else _overlaid(found, unusable)


def _in_words(labels: Sequence[str], texts: Sequence[str]) -> str:
    """What each class says, once; of candidates of one class with other numbers, those that were weighed."""
    found: dict[str, dict[str, None]] = {label: {} for label in labels}
    for label, text in zip(labels, texts, strict=True):
        found[label][text] = None
    kept = [(label, [t for t in own if t != NOT_WEIGHED] or [NOT_WEIGHED]) for label, own in found.items()]
    return "; ".join(f"{label}: {text}" if len(kept) > 1 else text for label, own in kept for text in own)


def _refusals(candidate: Candidate, groups: NDArray[np.intp]) -> tuple[list[str], Codes]:
    """What a class says where it cannot be taken: its texts, and which of them it says to each of some groups."""
    fit = candidate.fit
    deciding = [check for check in candidate.checks if rules_out(check)]
    failed = [f"is no answer ({names})" for names in _subsets([check.name for check in deciding])]
    failed[0] = "its likelihood is not finite"  # no check fails, and yet it is not taken
    codes = len(fit.reasons) + _bits([~check.passed[groups] for check in deciding], len(groups))
    reason = fit.reason[groups].astype(np.int32)
    return [*fit.reasons, *failed], np.where(reason > 0, reason, codes)


def _names_of_checks(weighed: Weighed, chosen: Callable[[CheckResult], NDArray[np.bool_] | None]) -> Text:
    """The names of the checks chosen in each group, of the class that it takes; None chooses a check in all groups."""
    texts: list[str | None] = [None]
    codes = np.zeros(len(weighed.taken), dtype=np.int32)
    for index, candidate in enumerate(weighed.candidates):
        own = _bits([chosen(check) for check in candidate.checks], len(codes))
        np.copyto(codes, own + len(texts), where=weighed.taken == index)
        texts += [names or None for names in _subsets([check.name for check in candidate.checks])]
    return Text(tuple(texts), codes)


def _bits(chosen: Sequence[NDArray[np.bool_] | None], size: int) -> Codes:
    """(size,) which are chosen, a bit each; None are all."""
    codes = np.full(size, sum(1 << k for k, own in enumerate(chosen) if own is None), dtype=np.int32)
    for k, own in enumerate(chosen):
        if own is not None:
            codes += own * np.int32(1 << k)
    return codes


def _subsets(names: list[str]) -> list[str]:
    """The names of every subset, at the place that its bits say."""
    return [", ".join(name for k, name in enumerate(names) if code >> k & 1) for code in range(1 << len(names))]


def _distinct(codes: Codes, size: int) -> tuple[Codes, Codes]:
    """The codes below ``size`` that occur, and which of them each one is."""
    if size > 4 * len(codes) + 1000:
        present, place = np.unique(codes, return_inverse=True)
        return present, place
    present = np.flatnonzero(np.bincount(codes, minlength=size))
    place = np.zeros(size, dtype=np.int64)
    place[present] = np.arange(len(present))
    return present, place[codes]


def _overlaid(under: Text, over: Text) -> Text:
    """The second text, the first where that is null."""
    return Text((*under.texts, *over.texts), np.where(over.null, under.codes, over.codes + len(under.texts)))
