CREATE TABLE segments (
    label VARCHAR NOT NULL,
    quantity VARCHAR NOT NULL,
    segment INTEGER NOT NULL,
    size INTEGER,
    lo DOUBLE NOT NULL,
    hi DOUBLE NOT NULL,
    further_lo DOUBLE[],
    further_hi DOUBLE[],
    coefficients DOUBLE[] NOT NULL,
    max_error DOUBLE NOT NULL,
    rigor VARCHAR NOT NULL,
    PRIMARY KEY (label, quantity, segment)
);
COMMENT ON TABLE segments IS 'Piecewise polynomials that lookups evaluate, of one reduced statistic, or of several on boxes that tile a box (patches). Radial quartic classes: in the kurtosis k. With w = N (k - 1): u = (6/N) P_u (2 - w) / w, r = 1 - (N/6) k u, entropy S = P_entropy + ln(w/2) / 2, log Z = S - N/2 + N^2 k u / 24; all standardised (<rho^2> = N). Ising classes without field, of every size: in x = asinh((t - center) / width), t = ln((q - least) / (1 - q)), with least, center, width and pairs from coverage; where least is -1, t is read at |q|. Then J = q P_J, entropy S = P_entropy, log Z = S + pairs q J, of the whole system, or per spin for size 0. scalar.quartic: in the skewness s >= 0 and t = d / (2 + 1.6 s^2), with d = k - 1 - s^2 (s < 0 by reflection: h and g change sign). u = 12 P_u / d, g = s (P_g - u/2), h = -g/2 - u s/6, r = 1 - g s/2 - u k/6, entropy S = P_entropy + ln(d)/2, log Z = S - r/2 - g s/6 - u k/24; all standardised (mean 0, variance 1). gamma.scalar: in x = ln(1 + s), s = ln(mean) - mean_log; shape = P_shape / s, log Z = P_log_z + ln(s (1 + s)) / 2 - shape (1 + s) of unit mean. student.scalar: in x = ln(1 + L), L the average of ln(1 + ((x - m) / w)^2) about a known centre m in a known width w = scale sqrt(nu); nu = P_degrees_of_freedom / L, log Z = P_log_z + ln(L (1 + L)) / 2 of unit width. vonmises.scalar: in the mean resultant length R; concentration = P_concentration R / (1 - R), log I0 = P_log_z + ln(1 - R) / 2 + concentration R, log Z = log I0 + ln(turn). z2.sextic: in the averages k of y^4 and m of y^6, <y^2> = 1, by k and t = d / width(k), with d = m - k^2 and the width that coverage states. w = 360 P_w / d, u = P_u - k w / 15, r = 1 - u k/6 - w m/120, entropy S = P_entropy + ln(d)/2, log Z = S - r/2 - u k/24 - w m/720.';
COMMENT ON COLUMN segments.label IS 'Class.';
COMMENT ON COLUMN segments.quantity IS 'u for P_u = u (N/6) w / (2 - w), entropy for P_entropy = S - ln(w/2) / 2: both smooth and bounded over the whole range. J for P_J = J / q of the Ising classes, whose entropy is P_entropy itself. scalar.quartic: u for P_u = u d / 12, g for P_g = g/s + u/2, entropy for P_entropy = S - ln(d)/2. z2.sextic: w for P_w = w d / 360, u for P_u = u + k w / 15, entropy for P_entropy = S - ln(d)/2. Laws of one statistic: their parameter and log_z, scaled as the comment of the table says.';
COMMENT ON COLUMN segments.segment IS 'Number of the segment, from 0 in order of kurtosis, or of size and then x, or of the lower corners of the boxes.';
COMMENT ON COLUMN segments.size IS 'Number of spins, of one side for ising.square; 0 for the infinite ring or lattice; null for classes without size.';
COMMENT ON COLUMN segments.lo IS 'Kurtosis, x, R, or s at which the segment begins; of one statistic, the hi of the one before.';
COMMENT ON COLUMN segments.hi IS 'Where it ends. In kurtosis ends are rounded doubles of 1 + 2 x / N for a dyadic fraction x; in the x of the Ising classes the segments of one size are equally long.';
COMMENT ON COLUMN segments.further_lo IS 'Where a box begins in its further statistics; null for segments of one. For scalar.quartic and z2.sextic t.';
COMMENT ON COLUMN segments.further_hi IS 'Where it ends in these.';
COMMENT ON COLUMN segments.coefficients IS 'Ascending powers of (2 k - lo - hi) / (hi - lo), with x, or R, in place of the kurtosis k for the other classes. Of several statistics: of the products of such powers, of the same degree in each, that of the last rising first.';
COMMENT ON COLUMN segments.max_error IS 'Bound of the error (relative above 1, absolute below; relative for P_J) of the double-precision evaluation by the rule of Horner: over the whole segment, or at independent check points, as rigor says.';
COMMENT ON COLUMN segments.rigor IS 'proven: max_error is a proven bound over the whole segment, as far as it is covered. checked: it is the largest error found at independent points, against certified values.';
