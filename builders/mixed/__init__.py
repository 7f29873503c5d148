"""The entries for tables of two-valued and continuous columns."""
