"""Print the one command that the README marks with ``<!-- run: NAME -->``."""

import re
import sys
from pathlib import Path

MARKER = re.compile(r"<!--\s*run:\s*(\w+)\s*-->\s*\n+```[^\n]*\n(.*?)```", re.DOTALL)


def main(name: str) -> None:
    readme = Path(__file__).parents[1] / "README.md"
    blocks = dict(MARKER.findall(readme.read_text(encoding="utf-8")))
    if name not in blocks:
        sys.exit(f"README.md has no block marked <!-- run: {name} -->")
    lines = [line for line in blocks[name].splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if len(lines) != 1:
        sys.exit(f"README.md, block {name}: {len(lines)} command lines where one is expected")
    print(lines[0].removeprefix("$ "))


if __name__ == "__main__":
    main(sys.argv[1])
