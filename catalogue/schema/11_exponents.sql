CREATE TABLE exponents (
    universality VARCHAR NOT NULL,
    dimension INTEGER,
    exponent VARCHAR NOT NULL,
    exact VARCHAR,
    value DOUBLE NOT NULL,
    error DOUBLE,
    source VARCHAR NOT NULL,
    "reference" VARCHAR NOT NULL,
    PRIMARY KEY (universality, exponent)
);
COMMENT ON TABLE exponents IS 'Critical exponents of universality classes, with citation and error bar.';
COMMENT ON COLUMN exponents.universality IS 'Universality class.';
COMMENT ON COLUMN exponents.dimension IS 'Dimension of space, or null where the value holds in every dimension above the upper critical one.';
COMMENT ON COLUMN exponents.exponent IS 'Exponent (alpha, beta, gamma, delta, nu, eta) or scaling dimension (Delta_...).';
COMMENT ON COLUMN exponents.exact IS 'Exact rational where it is known, else null.';
COMMENT ON COLUMN exponents.value IS 'Value.';
COMMENT ON COLUMN exponents.error IS 'Uncertainty of the value as published or propagated to first order; null if exact.';
COMMENT ON COLUMN exponents.source IS 'exact, published, or derived by the scaling relations from the published scaling dimensions.';
COMMENT ON COLUMN exponents."reference" IS 'Key of the table bibliography.';
