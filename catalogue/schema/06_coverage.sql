CREATE TABLE coverage (
    label VARCHAR NOT NULL,
    statistic VARCHAR NOT NULL,
    lo DOUBLE,
    hi DOUBLE,
    below VARCHAR NOT NULL,
    above VARCHAR NOT NULL,
    max_error DOUBLE NOT NULL
);
COMMENT ON TABLE coverage IS 'For every entry: where it answers, and why it does not elsewhere.';
COMMENT ON COLUMN coverage.label IS 'Class.';
COMMENT ON COLUMN coverage.statistic IS 'The reduced statistic that decides.';
COMMENT ON COLUMN coverage.lo IS 'Least value answered; null for no limit.';
COMMENT ON COLUMN coverage.hi IS 'Largest value answered; null for no limit.';
COMMENT ON COLUMN coverage.below IS 'What lies below lo.';
COMMENT ON COLUMN coverage.above IS 'What lies above hi.';
COMMENT ON COLUMN coverage.max_error IS 'Stated bound on the error of r, u and log Z (standardised; relative above 1, absolute below) within the range; 0 for closed forms, which are exact up to rounding.';
