CREATE TABLE segments (
    label VARCHAR NOT NULL,
    quantity VARCHAR NOT NULL,
    segment INTEGER NOT NULL,
    lo DOUBLE NOT NULL,
    hi DOUBLE NOT NULL,
    coefficients DOUBLE[] NOT NULL,
    max_error DOUBLE NOT NULL,
    PRIMARY KEY (label, quantity, segment)
);
COMMENT ON TABLE segments IS 'Piecewise polynomials in the kurtosis k that lookups evaluate. With w = N (k - 1): u = (6/N) P_u (2 - w) / w, r = 1 - (N/6) k u, entropy S = P_entropy + ln(w/2) / 2, log Z = S - N/2 + N^2 k u / 24; all standardised (<rho^2> = N).';
COMMENT ON COLUMN segments.label IS 'Class.';
COMMENT ON COLUMN segments.quantity IS 'u for P_u = u (N/6) w / (2 - w), entropy for P_entropy = S - ln(w/2) / 2: both smooth and bounded over the whole range.';
COMMENT ON COLUMN segments.segment IS 'Number of the segment, from 0 in order of kurtosis.';
COMMENT ON COLUMN segments.lo IS 'Kurtosis at which the segment begins; the hi of the one before.';
COMMENT ON COLUMN segments.hi IS 'Kurtosis at which it ends. Ends are rounded doubles of 1 + 2 x / N for a dyadic fraction x.';
COMMENT ON COLUMN segments.coefficients IS 'Ascending powers of t = (2 k - lo - hi) / (hi - lo).';
COMMENT ON COLUMN segments.max_error IS 'Largest error (relative above 1, absolute below) of the double-precision evaluation at independent check points, against certified values.';
