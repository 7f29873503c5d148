"""What a module runs: its imports followed through a small house."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import registry
from builders.store.closure import Sources
from builders.store.entries import CHECKOUT

HOUSE = {
    "house/__init__.py": "from house.everything import all_of_it\n",
    "house/everything.py": "",
    "house/room/__init__.py": "from house.room.lamp import light\nfrom house.room import table\nCHAIRS = 4\n",
    "house/room/lamp.py": "import numpy\n\ndef light(): ...\n",
    "house/room/table.py": "from . import wood\nfrom ..garden import tree as oak\n\nTABLE = oak(wood)\n",
    "house/room/wood.py": "",
    "house/room/types.py": "",
    "house/garden.py": "from house.types import Leaf\n\ndef tree(x: Leaf): ...\n",
    "house/types.py": "from house.room.types import Leaf as Leaf\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in HOUSE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("from __future__ import annotations\n\n" + text)
    return tmp_path


def runs(house: Path, text: str) -> set[str]:
    (house / "asking.py").write_text("from __future__ import annotations\n\n" + text)
    return set(Sources(house).closure("asking")) - {"asking"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import house.room.wood", {"house.room.wood"}),
        ("import house", {"house", "house.everything"}),
        ("from house.room import wood", {"house.room.wood"}),
        # What a package takes from a module leads there, past its __init__.
        ("from house.room import light", {"house.room.lamp"}),
        ("from house import all_of_it", {"house.everything"}),
        # A submodule that the package imports itself; its own imports are relative, and for types.
        ("from house.room import table", {"house.room.table", "house.room.wood", "house.garden"}),
        # What the package defines needs the package.
        (
            "from house.room import CHAIRS",
            {"house.room", "house.room.lamp", "house.room.table", "house.room.wood", "house.garden"},
        ),
        ("def f():\n    from house.room.lamp import light\n    return light", {"house.room.lamp"}),
        ("from house.types import Leaf\n\ndef f(x: Leaf): ...", set()),
        ("if TYPE_CHECKING:\n    from house.room.lamp import light", set()),
        # A name that another module imports for types, put to use here.
        ("from house.garden import Leaf\n\nx = Leaf()", {"house.garden", "house.types", "house.room.types"}),
        ("import numpy\nfrom json import dumps\n\nx = numpy, dumps", set()),
    ],
)
def test_imports_are_followed(house: Path, text: str, expected: set[str]) -> None:
    assert runs(house, text) == expected


def test_the_hash_sees_every_module_that_runs_and_no_other(house: Path) -> None:
    def digest() -> str:
        return Sources(house).hash("house.room.table")

    before = digest()
    (house / "house" / "room" / "lamp.py").write_text("def light(): return 1\n")
    assert digest() == before
    (house / "house" / "garden.py").write_text("def tree(x): return 1\n")
    assert digest() != before


def test_a_module_that_is_not_there_is_named(house: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"house\.cellar"):
        Sources(house).closure("house.cellar")


def test_no_builder_hides_what_it_runs() -> None:
    """Imports computed at run time are not followed, so no module that decides numbers may use them."""
    pytest.importorskip("flint")
    sources = Sources(CHECKOUT)
    for builder in registry.all_builders():
        for name in sources.closure(builder.__name__):
            module = sources.module(name)
            assert module is not None
            hiding = {origin for origin, _ in module.imports if origin.partition(".")[0] in {"importlib", "pkgutil"}}
            assert hiding <= {"importlib.metadata"}, f"{builder.__name__} runs {name}, which hides what it imports"
