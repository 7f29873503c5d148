"""The catalogue's text: its canonical form, its folders, and the hashes that say whether it is up to date."""
