CREATE TABLE segments (
    label VARCHAR NOT NULL,
    quantity VARCHAR NOT NULL,
    segment INTEGER NOT NULL,
    size INTEGER,
    lo DOUBLE NOT NULL,
    hi DOUBLE NOT NULL,
    coefficients DOUBLE[] NOT NULL,
    max_error DOUBLE NOT NULL,
    PRIMARY KEY (label, quantity, segment)
);
COMMENT ON TABLE segments IS 'Piecewise polynomials that lookups evaluate. Quartic classes: in the kurtosis k. With w = N (k - 1): u = (6/N) P_u (2 - w) / w, r = 1 - (N/6) k u, entropy S = P_entropy + ln(w/2) / 2, log Z = S - N/2 + N^2 k u / 24; all standardised (<rho^2> = N). Ising classes without field, of every size: in x = asinh((t - center) / width), t = ln((q - least) / (1 - q)), with least, center, width and pairs from coverage; where least is -1, t is read at |q|. Then J = q P_J, entropy S = P_entropy, log Z = S + pairs q J, of the whole system, or per spin for size 0.';
COMMENT ON COLUMN segments.label IS 'Class.';
COMMENT ON COLUMN segments.quantity IS 'u for P_u = u (N/6) w / (2 - w), entropy for P_entropy = S - ln(w/2) / 2: both smooth and bounded over the whole range. J for P_J = J / q of the Ising classes, whose entropy is P_entropy itself.';
COMMENT ON COLUMN segments.segment IS 'Number of the segment, from 0 in order of kurtosis, or of size and then x.';
COMMENT ON COLUMN segments.size IS 'Number of spins, of one side for ising.square; 0 for the infinite ring or lattice; null for classes without size.';
COMMENT ON COLUMN segments.lo IS 'Kurtosis, or x, at which the segment begins; the hi of the one before.';
COMMENT ON COLUMN segments.hi IS 'Where it ends. In kurtosis ends are rounded doubles of 1 + 2 x / N for a dyadic fraction x; in the x of the Ising classes the segments of one size are equally long.';
COMMENT ON COLUMN segments.coefficients IS 'Ascending powers of (2 k - lo - hi) / (hi - lo), with x in place of the kurtosis k for the Ising classes.';
COMMENT ON COLUMN segments.max_error IS 'Largest error (relative above 1, absolute below; relative for P_J) of the double-precision evaluation at independent check points, against certified values.';
