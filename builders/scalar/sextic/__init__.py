"""The certified table of the even sextic of one column."""
