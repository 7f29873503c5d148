"""Which options go together: one table of those that do not, and the columns that serve two purposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symcat.errors import InvalidData

SEARCHES = "strategies= that search"
"""That a strategy is named which searches for couplings; its value is the first of these."""
ONLY_READS = "these strategies="
"""That strategies are named of which none searches."""
NO_DEVICE = "strategies= without 'analog'"
OTHER_ERRORS = "errors= of another kind"
MANY = "interactions= of three columns or more"
PARTS = ("by=", "target=")
"""What asks for other than the couplings of one whole table."""


@dataclass(frozen=True)
class Excluded:
    """An option, what it is not used with, and the sentence that says so.

    In the sentence ``{value}`` is that of the option, ``{other}`` the first of the others that was given, ``{others}``
    are all of them, and ``{out}`` is what to leave out.
    """

    option: str
    others: tuple[str, ...]
    sentence: str


_CLUSTERED = "errors='cluster' and cluster='column' go together: the column says which rows belong to one cluster."

EXCLUDED = (
    Excluded(
        "fallback='analog'",
        PARTS,
        "fallback='analog' cannot be used with {other}: the device finds the couplings of one whole table. Leave one "
        "of them out.",
    ),
    Excluded(
        "strategies=",
        ("by=",),
        "strategies= cannot be used with by=: groups are fitted as one batch. Leave one of them out.",
    ),
    Excluded(
        SEARCHES,
        PARTS,
        "strategies= with {value} cannot be used with {other}: it finds the couplings of one whole table. Leave one of "
        "them out.",
    ),
    Excluded(
        "budget_s=",
        PARTS,
        "budget_s= limits searches for couplings, which are not made with {other}: leave it out.",
    ),
    Excluded(
        SEARCHES,
        ("fallback=None",),
        "fallback=None refuses what strategies= names, {value}: leave one of them out.",
    ),
    Excluded(
        "fallback='analog'",
        (NO_DEVICE,),
        "fallback='analog' asks the device, which strategies= leaves out: name it, or drop one.",
    ),
    Excluded(
        "learn=",
        (*PARTS, "fallback=None", ONLY_READS),
        "learn= is about what the device finds, which is not asked with {other}: leave it out.",
    ),
    Excluded(
        "errors=",
        ("by=",),
        "errors={value} cannot be used with by=: groups get model-based errors only. Leave one of them out.",
    ),
    Excluded(
        "order='time'",
        ("by=", "missing=", "counts=", "weights=", "cluster="),
        "order='time' cannot be used with {other}: it is of the rows of one table, each of which comes once. Leave one "
        "of them out.",
    ),
    Excluded(
        "order='time'",
        (SEARCHES, "fallback='analog'"),
        "order='time' cannot be used with {other}: a search counts every row as one. Leave one of them out.",
    ),
    Excluded(
        "order=None",
        ("errors='blocks'",),
        "order=None says that the order of the rows means nothing, and errors='blocks' that it is one of time: leave "
        "one of them out.",
    ),
    Excluded("errors='cluster'", ("no cluster=",), _CLUSTERED),
    Excluded("cluster=", (OTHER_ERRORS,), _CLUSTERED),
    Excluded("cluster=", (MANY,), "cluster= cannot be used with {other}: leave one of them out."),
    Excluded(
        "form=",
        ("no by=",),
        "form= is of the frame that by= returns: name the columns of groups, or leave it out.",
    ),
    Excluded(
        "center=",
        ("target=",),
        "center= has no meaning with target=: a regression estimates its intercept. Leave one out.",
    ),
    Excluded(
        "intercept=",
        ("no target=",),
        "intercept={value} is of a regression: name the column to predict with target=.",
    ),
    Excluded("interactions=", ("by=",), "interactions= cannot be used with by=: fit the groups one at a time."),
    Excluded("interactions=", ("target=",), "interactions= cannot be used with target=: leave one of them out."),
    Excluded(
        "missing=",
        (*PARTS, "weights=", "interactions=", "errors=", "strategies=", "learn=", "fallback='analog'"),
        "missing={value} cannot be used with {others}, which complete rows are needed for: leave {out} out, or fill "
        "the gaps before.",
    ),
    Excluded(
        "strict=True",
        ("by=",),
        "strict=True is of one table: with by= read the column verdict of the frame instead.",
    ),
    Excluded(
        "average=",
        (*PARTS, "missing="),
        "average= cannot be used with {other}: it is of the couplings of one table of complete rows. Leave one of them "
        "out.",
    ),
    Excluded("weights=", ("cluster=",), "errors='cluster' cannot be used with weights=: leave one of them out."),
    Excluded(
        "weights=",
        ("fallback='analog'",),
        "fallback='analog' cannot be used with weights=: the device counts every row as one. Leave one of them out.",
    ),
    Excluded(
        "weights=",
        (SEARCHES,),
        "strategies= cannot name 'learned' or 'analog' with weights=: they count every row as one.",
    ),
)


APART = (
    ("the target", "a key of the groups"),
    ("measured", "the name of the clusters"),
    ("counts=", "the target"),
    ("counts=", "a key of the groups"),
    ("counts=", "the name of the clusters"),
    ("weights=", "the target"),
    ("weights=", "a key of the groups"),
    ("weights=", "the name of the clusters"),
)
"""Purposes that no column has both of."""


def check_together(given: Mapping[str, Any]) -> None:
    """Raises InvalidData where what was given is not used together: by the names of the table, with its values."""
    for row in EXCLUDED:
        others = [other for other in row.others if other in given]
        if row.option in given and others:
            raise InvalidData(
                row.sentence.format(
                    value=repr(given[row.option]),
                    other=others[0],
                    others=" and ".join(others),
                    out="one of them" if len(others) == 1 else "it",
                )
            )


def check_columns(columns_of: Mapping[str, Sequence[Any]]) -> None:
    """Raises InvalidData where a column serves two purposes: the columns of each, by the words of the table."""
    for one, other in APART:
        for name in columns_of.get(one, ()):
            if name in columns_of[other]:
                raise InvalidData(f"Column {name!r} cannot be both {one} and {other}.")
