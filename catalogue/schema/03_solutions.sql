CREATE TABLE solutions (
    label VARCHAR NOT NULL,
    point VARCHAR,
    fraction DOUBLE,
    kurtosis DOUBLE,
    skewness DOUBLE,
    h DOUBLE, h_lower DOUBLE, h_upper DOUBLE,
    g DOUBLE, g_lower DOUBLE, g_upper DOUBLE,
    r DOUBLE, r_lower DOUBLE, r_upper DOUBLE,
    u DOUBLE, u_lower DOUBLE, u_upper DOUBLE,
    sixth DOUBLE,
    w DOUBLE, w_lower DOUBLE, w_upper DOUBLE,
    size INTEGER,
    q DOUBLE,
    J DOUBLE, J_lower DOUBLE, J_upper DOUBLE,
    log_z DOUBLE NOT NULL, log_z_lower DOUBLE NOT NULL, log_z_upper DOUBLE NOT NULL,
    entropy DOUBLE NOT NULL, entropy_lower DOUBLE NOT NULL, entropy_upper DOUBLE NOT NULL,
    rigor VARCHAR NOT NULL
);
COMMENT ON TABLE solutions IS 'The table of integrals a person reads: parameters at chosen values of the reduced statistic, each with proven lower and upper bounds. Radial quartic classes: r, u, log_z, entropy at a kurtosis, standardised (<rho^2> = N, unit variance a column); in data units with s = <rho^2>/N: r/s, u/s^2, log_z + (N/2) ln s. scalar.quartic: h, r, g, u, log_z, entropy of F = h y + r y^2/2 + g y^3/6 + u y^4/24 at a skewness and kurtosis, mean 0 and variance 1; in data units with the standard deviation S: h/S, r/S^2, g/S^3, u/S^4, log_z + ln S, entropy + ln S. z2.sextic: r, u, w, log_z, entropy of F = r y^2/2 + u y^4/24 + w y^6/720 at averages of y^4 and y^6, <y^2> = 1; in data units with the standard deviation S: r/S^2, u/S^4, w/S^6, log_z + ln S, entropy + ln S. Ising classes without field: J, log_z, entropy of every size at an average q of s_i s_j over the coupled pairs, of the whole system, or per spin for the infinite one (size 0). What a family does not have is null.';
COMMENT ON COLUMN solutions.label IS 'Class.';
COMMENT ON COLUMN solutions.point IS 'Name of a special point, such as pure_quartic (r = 0) or critical (infinite square lattice), or null.';
COMMENT ON COLUMN solutions.fraction IS 'Position in the valid range, (kurtosis - 1) N / 2: 0 at the sphere, 1 at the Gaussian; null at a special point, for scalar.quartic, z2.sextic and Ising classes.';
COMMENT ON COLUMN solutions.kurtosis IS '<rho^4> / <rho^2>^2, about the mean for scalar.quartic. Exactly this double, except at a special point, whose exact kurtosis is rounded to it.';
COMMENT ON COLUMN solutions.skewness IS 'scalar.quartic: <y^3> / <y^2>^(3/2) about the mean. Exactly this double; minus it has -h and -g, and the same r, u, log_z and entropy.';
COMMENT ON COLUMN solutions.h IS 'Linear coupling, standardised.';
COMMENT ON COLUMN solutions.h_lower IS 'Proven lower bound of h.';
COMMENT ON COLUMN solutions.h_upper IS 'Proven upper bound of h.';
COMMENT ON COLUMN solutions.g IS 'Cubic coupling, standardised.';
COMMENT ON COLUMN solutions.g_lower IS 'Proven lower bound of g.';
COMMENT ON COLUMN solutions.g_upper IS 'Proven upper bound of g.';
COMMENT ON COLUMN solutions.r IS 'Quadratic coupling of F = r rho^2 / 2 + u rho^4 / 24, or of scalar.quartic, standardised.';
COMMENT ON COLUMN solutions.r_lower IS 'Proven lower bound of r.';
COMMENT ON COLUMN solutions.r_upper IS 'Proven upper bound of r.';
COMMENT ON COLUMN solutions.u IS 'Quartic coupling, standardised.';
COMMENT ON COLUMN solutions.u_lower IS 'Proven lower bound of u.';
COMMENT ON COLUMN solutions.u_upper IS 'Proven upper bound of u.';
COMMENT ON COLUMN solutions.sixth IS 'z2.sextic: <y^6> / <y^2>^3 about the centre. Exactly this double.';
COMMENT ON COLUMN solutions.w IS 'Coupling of the sixth power, standardised.';
COMMENT ON COLUMN solutions.w_lower IS 'Proven lower bound of w.';
COMMENT ON COLUMN solutions.w_upper IS 'Proven upper bound of w.';
COMMENT ON COLUMN solutions.size IS 'Ising classes: number of spins, or of one side of the square lattice; 0 for the infinite ring or lattice.';
COMMENT ON COLUMN solutions.q IS 'Ising classes: average of s_i s_j over the coupled pairs. Exactly this double, except at a special point. Where least of coverage is -1, -q has -J and the same log_z and entropy.';
COMMENT ON COLUMN solutions.J IS 'Coupling of F = -J sum s_i s_j over the coupled pairs.';
COMMENT ON COLUMN solutions.J_lower IS 'Proven lower bound of J.';
COMMENT ON COLUMN solutions.J_upper IS 'Proven upper bound of J.';
COMMENT ON COLUMN solutions.log_z IS 'Natural logarithm of Z = integral of exp(-F) over R^N, standardised; for spins the sum over all states.';
COMMENT ON COLUMN solutions.log_z_lower IS 'Proven lower bound of log_z.';
COMMENT ON COLUMN solutions.log_z_upper IS 'Proven upper bound of log_z.';
COMMENT ON COLUMN solutions.entropy IS 'Entropy log Z + <F>, in nats: minus the mean log-likelihood a row at the fit; standardised for the quartic classes.';
COMMENT ON COLUMN solutions.entropy_lower IS 'Proven lower bound of entropy.';
COMMENT ON COLUMN solutions.entropy_upper IS 'Proven upper bound of entropy.';
COMMENT ON COLUMN solutions.rigor IS 'How the numbers are known: exact, certified (ball arithmetic), two_methods or sampled.';
