"""The strict reader of contractions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcat.errors import CatalogueError
from symcat.models.contraction import Contraction, parse


@pytest.mark.parametrize(
    ("text", "operands", "output"),
    [
        ("", (), ""),
        ("iaa->i", ("iaa",), "i"),
        ("ijkl->ijkl", ("ijkl",), "ijkl"),
        ("ijaa->ij", ("ijaa",), "ij"),
        ("iab,jab->ij", ("iab", "jab"), "ij"),
        ("abc,abc->", ("abc", "abc"), ""),
        ("ijka,almn->ijklmn", ("ijka", "almn"), "ijklmn"),
        ("aabb->", ("aabb",), ""),
    ],
)
def test_contractions_are_read(text: str, operands: tuple[str, ...], output: str) -> None:
    assert parse(text) == Contraction(operands, output)


@pytest.mark.parametrize(
    "text",
    [
        *("->", "iab,jab", "iab,jab->ij->ij", "iab, jab->ij", "iab,jab->ij\n", " iaa->i", "IAB,JAB->IJ", "iab,jab->iJ"),
        *("ij->ij", "i,ij,ij,j->i", "abcde,abcde->", "iab,,jab->ij", ",iaa->i", "iaa,->i", "i1a,j1a->ij", "iéé->i"),
        *(
            "iab,jac->ij",
            "iab,jab->ik",
            "aaa->a",
            "aaaa->",
            "iaa->ii",
            "abc,abd,cde,eff->aa",
            "abcd,efgh->abcdefgh",
            "abcd,efg->abcdefg",
        ),
        "__import__('os')",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError, match=r"installing symcat again\.$"):
        parse(text)


@settings(max_examples=50)
@given(st.text(alphabet="abij,->", max_size=12))
def test_what_is_read_pairs_every_letter(text: str) -> None:
    try:
        found = parse(text)
    except CatalogueError:
        return
    letters = "".join(found.operands) + found.output
    assert all(letters.count(letter) == 2 for letter in letters)
    assert text == "" or text == f"{','.join(found.operands)}->{found.output}"
