"""``python -m symcat``: the command line, where its program is not on the path."""

from symcat.cli import main

if __name__ == "__main__":
    main()
