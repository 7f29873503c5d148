CREATE TABLE corrections (
    label VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    "order" INTEGER NOT NULL,
    diagram VARCHAR NOT NULL,
    subscripts VARCHAR,
    weight VARCHAR NOT NULL,
    numerator VARCHAR[],
    denominator VARCHAR[]
);
COMMENT ON TABLE corrections IS 'Exact coefficients of series, and terms of closed forms: sum weight * diagram over the rows of a target. Quartic classes standardised (<rho^2> = N).';
COMMENT ON COLUMN corrections.label IS 'Class; on.quartic holds for every N, also for those with a table of their own.';
COMMENT ON COLUMN corrections.target IS 'What is expanded. r, u, entropy, log_z (z2.quartic) and r_edge, u_edge, entropy_edge, log_z_edge (on.quartic, N symbolic): in d = (N+2)/N - kurtosis, about the Gaussian; entropy and log_z without their Gaussian value (N/2) ln(2 pi e), (N/2) ln(2 pi). log_z_weak, mean_weak, kurtosis_weak: in the coupling g of S = rho^2/2 + g rho^4/24, log Z over its value at g = 0, <rho^2>, <rho^4>/<rho^2>^2. u, entropy (on.quartic): in 2/N and x = (kurtosis - 1) N / 2, for P_u and for P_entropy - (N/2) ln(2 pi e) of the table segments. All series in d, g and 2/N are asymptotic. J.name and h.name (ising.pairwise): coupling J_ij (i != j) and field h_i of the closed forms naive_mean_field, tap, bethe, sessak_monasson, from means m and pair averages q, with L_i = 1 - m_i^2, C = q - m m^T (C_ii = L_i), X its inverse, d columns, J the couplings of the same form (J_ii = 0); natural logarithms.';
COMMENT ON COLUMN corrections."order" IS 'Power of the small quantity: of d, of g, or of 2/N; for a closed form, the power of the couplings through which it is exact.';
COMMENT ON COLUMN corrections.diagram IS 'What the weight multiplies: a monomial, for example d^2, g^3 or x^3, or a formula.';
COMMENT ON COLUMN corrections.subscripts IS 'Einstein summation of the diagram, whose factors are its operands in order; null in one variable and for other formulas.';
COMMENT ON COLUMN corrections.weight IS 'The coefficient: an exact rational, or a ratio of polynomials in N. Text to be read, never to be run.';
COMMENT ON COLUMN corrections.numerator IS 'The same weight as exact integers: coefficients of ascending powers of N above the line.';
COMMENT ON COLUMN corrections.denominator IS 'Coefficients of ascending powers of N below the line.';
