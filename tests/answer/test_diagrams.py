"""Pictures of diagrams in text."""

from __future__ import annotations

import pytest

import symcat
from symcat.answer.diagrams import text


@pytest.mark.parametrize(
    ("picture", "drawn"),
    [
        ([], ""),
        ([[0], [0], [0], [0]], "(4)\n││││"),
        ([[0], [0, 0]], "∩\n(3)\n │"),
        ([[0, 0], [0, 0]], "∩ ∩\n(4)"),
        ([[0], [1], [0, 1], [0, 1], [0, 1]], "(4)≡≡≡(4)\n │     │"),
        ([[0], [0], [0, 1], [1, 1]], "      ∩\n(3)───(3)\n│ │"),
    ],
)
def test_small_ones(picture: list[list[int]], drawn: str) -> None:
    assert text(picture) == drawn


def test_far_lines_are_arcs_that_cross_without_touching() -> None:
    tetrahedron = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert text(tetrahedron).splitlines() == [
        " ╭─────────────────╮",
        " │     ╭───────────┤",
        " ├─────┼─────╮     │",
        "(3)───(3)───(3)───(3)",
    ]


def test_every_picture_shows_all_ends() -> None:
    rows = symcat.catalogue.default().rows("corrections", "polynomial.quartic")
    for row in (row for row in rows if row["order"] < 6):
        drawn = text(row["picture"])
        vertices = row["subscripts"].partition("->")[0].count(",") + 1 if row["subscripts"] else 0
        # What a mean given the others is multiplied with is drawn as an end of its own, beside the vertices.
        ends = {end for line in row["picture"] for end in line}
        assert drawn.count("(") == (len(ends) if row["target"].endswith("_given") else vertices)
        assert len(ends) >= vertices or not row["picture"]
        assert drawn.count("∩") == sum(len(line) == 2 and line[0] == line[1] for line in row["picture"])
        below = drawn.splitlines()[-1] if drawn else ""
        assert "(" in below or below.count("│") == sum(len(line) == 1 for line in row["picture"])
