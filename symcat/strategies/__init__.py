"""The ways to an answer, asked in order: each answers or declines with a reason."""
