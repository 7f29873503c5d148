"""The entry of laws with a hidden category."""
