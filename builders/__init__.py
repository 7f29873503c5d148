"""The batch side of symcat: from formulas to the text in ``catalogue/``, and from the text to ``symcat.duckdb``.

Nothing in ``symcat`` imports this package, and it is not part of the wheel. ``python -m builders --help`` lists what
it does.
"""
