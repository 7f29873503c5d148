"""The batch side of symcat: from formulas to the text in ``catalogue/``, and from the text to ``symcat.duckdb``.

A folder per family, as in ``symcat/models/``, holds its builders and what they share; ``tools/`` what families share;
``store/`` the text, and the hashes that say whether it is up to date. On top stand the four verbs, the protocol of a
builder (``base.py``) and the search for builders (``registry.py``).

Nothing in ``symcat`` imports this package, and it is not part of the wheel. ``python -m builders --help`` lists what
it does.
"""
