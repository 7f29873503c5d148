"""The entries of the models of one column given the others that no joint class implies."""
