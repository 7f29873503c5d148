"""Any input to batches of rows, the kind of every column, and one pass of averages that merge. Knows no model."""
