"""Draws the lowest diagrams of polynomial.quartic from the lines that the catalogue has of them: ``make docs``."""

from collections import Counter
from pathlib import Path

import symcat
from symcat.answer.diagrams import arranged

ROOT = Path(__file__).parents[1]
HIGHEST = 4
STEP, LEG, ROW, WIDTH = 30, 13, 66, 860
TARGETS = ("h", "K", "g", "u")


def main() -> None:
    """Writes docs/diagrams.svg: the terms of h, K, g and u to order four."""
    rows = symcat.catalogue.default().rows("corrections", "polynomial.quartic")
    parts, top = [], 10
    for target in TARGETS:
        terms = [row for row in rows if row["target"] == target and row["order"] <= HIGHEST]
        x, sign = 44, f"{target} ="
        parts.append(_words(10, top + ROW / 2, sign, "bold"))
        for row in sorted(terms, key=lambda row: (row["order"], row["loops"])):
            weight = _weight(row["weight"], first=x == 44)
            wide = 9 * len(weight) + 24 + _extent(row["picture"])
            if x + wide > WIDTH:
                x, top = 44, top + ROW
            parts.append(_words(x, top + ROW / 2, weight))
            parts += _drawn(row["picture"], x + 9 * len(weight) + 12 + LEG, top + ROW / 2)
            x += wide
        top += ROW
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH + 20}" height="{top + 10}">'
    style = "<style>path{fill:none;stroke:#222;stroke-width:1.3}text{font:15px sans-serif}</style>"
    ground = '<rect width="100%" height="100%" fill="white"/>'
    text = "\n".join([head, style, ground, *parts, "</svg>\n"])
    (ROOT / "docs" / "diagrams.svg").write_text(text, encoding="utf-8")


def _weight(text: str, first: bool) -> str:
    sign = "−" if text.startswith("-") else "" if first else "+"
    size = text.removeprefix("-")
    return f"{sign} {size}".strip() if size != "1" else sign or ("1" if first else "")


def _extent(picture: list[list[int]]) -> int:
    return 2 * LEG + STEP * max(len({v for line in picture for v in line}) - 1, 0)


def _words(x: float, y: float, text: str, weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y + 5:g}" font-weight="{weight}">{text}</text>'


def _drawn(picture: list[list[int]], x: float, y: float) -> list[str]:
    """The diagram with its first vertex at (x, y)."""
    lines = arranged(picture)
    degrees = Counter(v for line in lines for v in line)
    times = Counter(line for line in lines if len(line) == 2)
    legs = Counter(line[0] for line in lines if len(line) == 1)
    out, side = [], 1
    for (a, b), many in sorted(times.items()):
        for k in range(many):
            start, end = x + STEP * a, x + STEP * b
            if a == b:
                up = 1 if k == 0 else -1
                out.append(f"M{start:g} {y:g}c-14 {-22 * up} 14 {-22 * up} 0 0")
            elif b - a == 1:
                bend = 11 * (2 * k - many + 1)
                out.append(f"M{start:g} {y:g}Q{(start + end) / 2:g} {y - bend:g} {end:g} {y:g}")
            else:
                out.append(
                    f"M{start:g} {y:g}Q{(start + end) / 2:g} {y - side * (14 + 15 * (b - a - 1)):g} {end:g} {y:g}"
                )
                side = -side
    for v, many in legs.items():
        out += [_leg(x + STEP * v, y, turn) for turn in _turns(v, len(degrees), many)]
    found = [f'<path d="{part}"/>' for part in out]
    for v, degree in degrees.items():
        at = x + STEP * v
        found.append(
            f'<circle cx="{at:g}" cy="{y:g}" r="3.2"/>'
            if degree == 3
            else f'<rect x="{at - 3.2:g}" y="{y - 3.2:g}" width="6.4" height="6.4"/>'
        )
    return found


def _turns(v: int, vertices: int, many: int) -> list[tuple[float, float]]:
    """Directions of the legs of a vertex: outwards at the ends, down between them."""
    spread = [(k - (many - 1) / 2) * 0.9 for k in range(many)]
    if vertices == 1:
        left = many // 2
        return [(1, t) for t in _fan(many - left)] + [(-1, t) for t in _fan(left)]
    if v in (0, vertices - 1):
        return [(-1 if v == 0 else 1, t) for t in spread]
    return [(t, 1.0) for t in spread]


def _fan(many: int) -> list[float]:
    return [(k - (many - 1) / 2) * 0.9 for k in range(many)]


def _leg(x: float, y: float, turn: tuple[float, float]) -> str:
    return f"M{x:g} {y:g}l{LEG * turn[0]:g} {LEG * turn[1]:g}"


if __name__ == "__main__":
    main()
