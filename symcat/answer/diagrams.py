"""Pictures of diagrams from the lines of the catalogue's table ``corrections``: in text, and as SVG.

A line has the vertices at its two ends, a leg its one vertex. Vertices stand in a row, in the order in which the lines
between them are shortest, and are written with their number of ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations

Lines = Sequence[Sequence[int]]

_PARALLEL = " ─═≡≣"
"""What joins neighbours, by the number of lines."""
_WIDTH = 3  # of a vertex, and of the gap to the next
_LEGS = {0: "   ", 1: " │ ", 2: "│ │", 3: "│││", 4: "││││"}
_LOOPS = {0: "   ", 1: "∩  ", 2: "∩ ∩"}


def text(picture: Lines) -> str:
    """The diagram in characters: loops and far lines above the vertices, legs below; lines cross at ┼ without touching.

    Examples
    --------
    >>> from symcat.answer.diagrams import text
    >>> print(text([[0], [1], [0, 1], [0, 1]]))
    (3)═══(3)
     │     │
    """
    graph = arranged(picture)
    degrees = Counter(v for line in graph for v in line)
    if not degrees:
        return ""
    many = len(degrees)
    legs = Counter(line[0] for line in graph if len(line) == 1)
    lines = Counter((line[0], line[1]) for line in graph if len(line) == 2)
    between = [_PARALLEL[lines[v, v + 1]] * _WIDTH for v in range(many - 1)]
    row = "".join(f"({degrees[v]}){gap}" for v, gap in zip(range(many), [*between, ""], strict=True))
    space = " " * _WIDTH
    rows = [*_arcs([line for line in lines.elements() if line[1] - line[0] > 1], many)]
    far = {v for a, b in lines if b - a > 1 for v in (a, b)}
    if any(a == b for a, b in lines):
        above = (_LOOPS[lines[v, v]] for v in range(many))
        rows.append(space.join(_through(loops) if v in far else loops for v, loops in enumerate(above)))
    rows.append(row)
    if legs:
        rows.append(space.join(_LEGS[legs[v]] for v in range(many)))
    return "\n".join(map(str.rstrip, rows))


def _through(loops: str) -> str:
    """The same with the lines that lead up from the vertex."""
    return f"{loops[0]}│{loops[2]}"


def arranged(picture: Lines) -> list[tuple[int, ...]]:
    """The lines, in order, with the vertices named anew: so that lines are short, and legs at the ends of the row."""
    many = len({v for line in picture for v in line})

    def placed(order: Sequence[int]) -> list[tuple[int, ...]]:
        return sorted(tuple(sorted(order[v] for v in line)) for line in picture)

    def length(order: Sequence[int]) -> tuple[int, int]:
        at = [order[line[0]] for line in picture if len(line) == 1]
        lines = sum(abs(order[line[0]] - order[line[-1]]) for line in picture)
        return lines, sum(min(v, many - 1 - v) for v in at)

    return placed(min(permutations(range(many)), key=length))


def _arcs(far: Sequence[tuple[int, int]], many: int) -> list[str]:
    """Rows, the highest first, of lines between vertices that are no neighbours."""
    levels: list[list[tuple[int, int]]] = []
    for a, b in sorted(far, key=lambda line: line[1] - line[0]):
        free = next((level for level in levels if all(b < c or d < a for c, d in level)), None)
        if free is None:
            levels.append(free := [])
        free.append((a, b))
    top = {v: max(k for k, level in enumerate(levels) for line in level if v in line) for v in {*sum(far, ())}}
    return [_level(level, k, top, many) for k, level in reversed(list(enumerate(levels)))]


def _level(arcs: Sequence[tuple[int, int]], height: int, top: dict[int, int], many: int) -> str:
    """One row of arcs; ``top`` is the height to which the line above a vertex leads."""
    step, middle = 2 * _WIDTH, _WIDTH // 2
    cells = [" "] * (step * many)
    for v, highest in top.items():
        if highest > height:
            cells[step * v + middle] = "│"
    for a, b in arcs:
        first, last = step * a + middle, step * b + middle
        for at in range(first + 1, last):
            cells[at] = "┼" if cells[at] == "│" else "─"
        cells[first] = "├" if cells[first] == "│" else "╭"
        cells[last] = "┤" if cells[last] == "│" else "╮"
    return "".join(cells)
