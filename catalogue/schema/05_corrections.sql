CREATE TABLE corrections (
    label VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    "order" INTEGER NOT NULL,
    loops INTEGER,
    diagram VARCHAR NOT NULL,
    picture INTEGER[][],
    subscripts VARCHAR,
    weight VARCHAR NOT NULL,
    numerator VARCHAR[],
    denominator VARCHAR[],
    verified VARCHAR
);
COMMENT ON TABLE corrections IS 'Exact coefficients of series, and terms of closed forms: sum weight * diagram over the rows of a target. Quartic classes standardised (<rho^2> = N).';
COMMENT ON COLUMN corrections.label IS 'Class; on.quartic holds for every N, also for those with a table of their own.';
COMMENT ON COLUMN corrections.target IS 'What is expanded. r, u, entropy, log_z (z2.quartic) and r_edge, u_edge, entropy_edge, log_z_edge (on.quartic, N symbolic): in d = (N+2)/N - kurtosis, about the Gaussian; entropy and log_z without their Gaussian value (N/2) ln(2 pi e), (N/2) ln(2 pi). log_z_weak, mean_weak, kurtosis_weak: in the coupling g of S = rho^2/2 + g rho^4/24, log Z over its value at g = 0, <rho^2>, <rho^4>/<rho^2>^2. u, entropy (on.quartic): in 2/N and x = (kurtosis - 1) N / 2, for P_u and for P_entropy - (N/2) ln(2 pi e) of the table segments. h, K, g, u, log_z, entropy, k5, k6 (polynomial.quartic): couplings, log Z, entropy, and the fifth and sixth cumulants of exp(-F), in the third and fourth cumulants k3 and k4 of whitened columns (mean 0, covariance 1); log Z without (d/2) ln(2 pi), entropy without that of the Gaussian. h, r, g, u, log_z, entropy (scalar.quartic): the same of one column, r its K. log_z_weak, mean_weak, variance_weak (scalar.quartic): log Z, mean and variance in the couplings of F = h y + y^2/2 + g y^3/6 + u y^4/24, h of any size. All these series are asymptotic. J.name and h.name (ising.pairwise): coupling J_ij (i != j) and field h_i of the closed forms naive_mean_field, tap, bethe, sessak_monasson, from means m and pair averages q, with L_i = 1 - m_i^2, C = q - m m^T (C_ii = L_i), X its inverse, d columns, J the couplings of the same form (J_ii = 0); natural logarithms.';
COMMENT ON COLUMN corrections."order" IS 'Power of the small quantity: of d, of g, or of 2/N; of e where k3 and g count as e, k4 and u as e^2; for a closed form, the power of the couplings through which it is exact.';
COMMENT ON COLUMN corrections.loops IS 'Independent loops of the diagram; null where it is no graph.';
COMMENT ON COLUMN corrections.diagram IS 'What the weight multiplies: a monomial, for example d^2, g^3, x^3 or k3^2 k4^1, a formula, or the Nickel index of a graph, the average over all orders of its legs (vertex by vertex its legs e and its neighbours not below itself; a vertex of three ends is k3, of four k4); identity is the number 1 or the identity matrix.';
COMMENT ON COLUMN corrections.picture IS 'The graph: each line by the vertices at its two ends, each leg by its one vertex; null where there is none.';
COMMENT ON COLUMN corrections.subscripts IS 'Einstein summation of the diagram, whose factors are its operands in order: those of three letters k3, of four k4 (polynomial.quartic), to be averaged over all orders of the output; empty for identity, null in one variable and for other formulas.';
COMMENT ON COLUMN corrections.weight IS 'The coefficient: an exact rational, or a ratio of polynomials in N. Text to be read, never to be run.';
COMMENT ON COLUMN corrections.numerator IS 'The same weight as exact integers: coefficients of ascending powers of N above the line.';
COMMENT ON COLUMN corrections.denominator IS 'Coefficients of ascending powers of N below the line.';
COMMENT ON COLUMN corrections.verified IS 'The check that the row has passed.';
