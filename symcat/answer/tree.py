"""The lattice of classes and groups as a tree of lines: each stands once, under the first of its special cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symcat.answer.classification import Branch

_WORDS = {"holds": "holds", "close": "rejected, but close", "rejected": "rejected", "implied": "implied"}


def lines_of(branches: Sequence[Branch]) -> list[str]:
    """A line for each, those that it is a special case of indented below it."""
    names = {branch.name for branch in branches}
    under: dict[str | None, list[Branch]] = {}
    for branch in branches:
        # The last of its special cases is the nearest: they are in order from the most symmetric down.
        above = [one.name for one in branches if one.name in branch.special_cases]
        under.setdefault(above[-1] if above and above[-1] in names else None, []).append(branch)
    rows = list(_walked(under, None, ""))
    width = max((len(name) for name, _ in rows), default=0)
    return [f"  {name:<{width}}  {_said(branch)}" for name, branch in rows]


def _walked(under: dict[str | None, list[Branch]], above: str | None, indent: str) -> Iterator[tuple[str, Branch]]:
    inner = under.get(above, [])
    for k, branch in enumerate(inner):
        last = k == len(inner) - 1
        own = "" if above is None else indent + ("└ " if last else "├ ")
        yield own + branch.name, branch
        yield from _walked(under, branch.name, "" if above is None else indent + ("  " if last else "│ "))


def _said(branch: Branch) -> str:
    word = _WORDS[branch.verdict]
    if branch.adjusted_p is None:
        return word
    said = f"{word:<19}  p = {branch.adjusted_p:.2g}"
    if branch.verdict == "holds":
        return said
    return f"{said}, {branch.nats:.2g} nats a row: {branch.by}"
