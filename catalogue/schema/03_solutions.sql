CREATE TABLE solutions (
    label VARCHAR NOT NULL,
    point VARCHAR,
    fraction DOUBLE,
    kurtosis DOUBLE NOT NULL,
    r DOUBLE NOT NULL, r_lower DOUBLE NOT NULL, r_upper DOUBLE NOT NULL,
    u DOUBLE NOT NULL, u_lower DOUBLE NOT NULL, u_upper DOUBLE NOT NULL,
    log_z DOUBLE NOT NULL, log_z_lower DOUBLE NOT NULL, log_z_upper DOUBLE NOT NULL,
    entropy DOUBLE NOT NULL, entropy_lower DOUBLE NOT NULL, entropy_upper DOUBLE NOT NULL,
    rigor VARCHAR NOT NULL
);
COMMENT ON TABLE solutions IS 'The table of integrals a person reads: standardised parameters (<rho^2> = N, unit variance a column) at chosen kurtosis, each with proven lower and upper bounds. In data units with s = <rho^2>/N: r/s, u/s^2, log_z + (N/2) ln s.';
COMMENT ON COLUMN solutions.label IS 'Class.';
COMMENT ON COLUMN solutions.point IS 'Name of a special point, such as pure_quartic (r = 0), or null.';
COMMENT ON COLUMN solutions.fraction IS 'Position in the valid range, (kurtosis - 1) N / 2: 0 at the sphere, 1 at the Gaussian; null at a special point.';
COMMENT ON COLUMN solutions.kurtosis IS '<rho^4> / <rho^2>^2. Exactly this double, except at a special point, whose exact kurtosis is rounded to it.';
COMMENT ON COLUMN solutions.r IS 'Quadratic coupling of F = r rho^2 / 2 + u rho^4 / 24, standardised.';
COMMENT ON COLUMN solutions.r_lower IS 'Proven lower bound of r.';
COMMENT ON COLUMN solutions.r_upper IS 'Proven upper bound of r.';
COMMENT ON COLUMN solutions.u IS 'Quartic coupling, standardised.';
COMMENT ON COLUMN solutions.u_lower IS 'Proven lower bound of u.';
COMMENT ON COLUMN solutions.u_upper IS 'Proven upper bound of u.';
COMMENT ON COLUMN solutions.log_z IS 'Natural logarithm of Z = integral of exp(-F) over R^N, standardised.';
COMMENT ON COLUMN solutions.log_z_lower IS 'Proven lower bound of log_z.';
COMMENT ON COLUMN solutions.log_z_upper IS 'Proven upper bound of log_z.';
COMMENT ON COLUMN solutions.entropy IS 'Entropy log Z + <F>, in nats: minus the mean log-likelihood a row at the fit, standardised.';
COMMENT ON COLUMN solutions.entropy_lower IS 'Proven lower bound of entropy.';
COMMENT ON COLUMN solutions.entropy_upper IS 'Proven upper bound of entropy.';
COMMENT ON COLUMN solutions.rigor IS 'How the numbers are known: exact, certified (ball arithmetic), two_methods or sampled.';
