"""The classes, a folder for each family, and the protocol they all fulfil (``base``). Pure mathematics.

A family is a folder here with a ``FAMILY`` in its ``__init__``; ``registry`` finds it.
"""
