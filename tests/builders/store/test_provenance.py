"""An entry is stale when a formula behind it has changed, wherever it stands, and at no other time."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

pytest.importorskip("flint")

from builders import registry
from builders.store.closure import Sources
from builders.store.entries import CHECKOUT
from builders.store.provenance import input_hash

LABELS = [label for label in registry.all_labels() if not fnmatch(label, "o[3-9]*") and not fnmatch(label, "o??.*")]
REDUCED = "symcat/models/ising/lattice/reduced.py"
NEWTON = "symcat/models/ising/newton.py"


def input_hashes(checkout: Path) -> dict[str, str]:
    """Label -> its input hash with the code of a checkout; of the many radial tables, the first two."""
    sources = Sources(checkout)
    return {label: input_hash(registry.builder_of(label), label, sources) for label in LABELS}


@pytest.fixture(scope="module")
def before() -> dict[str, str]:
    return input_hashes(CHECKOUT)


def change(checkout: Path, file: str, old: str, new: str) -> None:
    path = checkout / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        pytest.param(REDUCED, "np.arcsinh(", "2.0 * np.arcsinh(", "ising.[crs]*", id="the library's reduced variable"),
        pytest.param(
            NEWTON,
            "\n    return ",
            "\n    return 0 or ",
            "ising.[ipt]* potts.* mixed.[cp]* scores(mixed*",
            id="the library's Newton",
        ),
        pytest.param("builders/gaussian/forms.py", "1.0 / ", "2.0 / ", "gaussian.*", id="a formula beside the builder"),
        pytest.param("builders/tools/ratio.py", "lcm(", "2 * lcm(", "[oz]*.quartic", id="what families share"),
        pytest.param("builders/store/text.py", "sort_keys=True", "sort_keys=False", "*", id="the form of the text"),
        pytest.param("builders/mixed/words.py", "Independent", "Dependent", "*mixed.[cp]*", id="words that are stored"),
    ],
)
def test_what_makes_an_entry_stale(
    checkout: Path, before: dict[str, str], file: str, old: str, new: str, stale: str
) -> None:
    change(checkout, file, old, new)
    changed = {label for label, found in input_hashes(checkout).items() if found != before[label]}
    assert changed == {label for label in LABELS if any(fnmatch(label, pattern) for pattern in stale.split())}


def test_what_makes_none_stale(checkout: Path, before: dict[str, str]) -> None:
    change(checkout, REDUCED, '"""x at the averages q."""', '"""x at q."""')
    change(checkout, REDUCED, "    return Reduced(2, ", "    return Reduced(\n        2, ")
    change(checkout, REDUCED, "import math\n", "import math  # and nothing else\n\n")
    change(checkout, REDUCED, "q: Floats) -> Floats", "q: float) -> object")
    for file in ("symcat/__init__.py", "symcat/models/__init__.py", "symcat/models/ising/__init__.py"):
        path = checkout / file
        path.write_text(path.read_text(encoding="utf-8") + "\n1 / 0  # a package on the way\n", encoding="utf-8")
    change(checkout, "builders/assemble.py", "def assemble(", "def assembled(")
    assert input_hashes(checkout) == before


def test_parameters_count(before: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    builder = registry.builder_of("gaussian.full")
    said = builder.parameters
    monkeypatch.setattr(builder, "parameters", lambda label: {**said(label), "points": 51})
    assert input_hash(builder, "gaussian.full") != before["gaussian.full"]
    assert input_hash(builder, "gaussian.cyclic") != before["gaussian.cyclic"]
