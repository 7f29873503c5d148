"""Build hook: makes ``symcat/symcat.duckdb`` from the text in ``catalogue/``, for wheels and editable installs.

Needs duckdb and the standard library only; the numbers are in the text already.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg,misc,unused-ignore]
    """Assembles the catalogue before the files of the wheel are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the file beside the library, where a wheel takes it up and an editable install reads it."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from builders.assemble import assemble
        finally:
            sys.path.remove(str(root))
        assemble(root / "catalogue", root / "symcat" / "symcat.duckdb")
