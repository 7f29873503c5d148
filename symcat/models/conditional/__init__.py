"""Models of one column given the others: linear and logistic regression."""
