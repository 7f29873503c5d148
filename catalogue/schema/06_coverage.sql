CREATE TABLE coverage (
    label VARCHAR NOT NULL,
    statistic VARCHAR NOT NULL,
    lo DOUBLE,
    hi DOUBLE,
    below VARCHAR NOT NULL,
    above VARCHAR NOT NULL,
    max_error DOUBLE NOT NULL,
    rigor VARCHAR,
    size INTEGER,
    pairs INTEGER,
    least DOUBLE,
    center DOUBLE,
    width DOUBLE
);
COMMENT ON TABLE coverage IS 'For every entry, and every size of it: where it answers, and why it does not elsewhere.';
COMMENT ON COLUMN coverage.label IS 'Class.';
COMMENT ON COLUMN coverage.statistic IS 'The reduced statistic that decides.';
COMMENT ON COLUMN coverage.lo IS 'Least value answered; null for no limit.';
COMMENT ON COLUMN coverage.hi IS 'Largest value answered; null for no limit.';
COMMENT ON COLUMN coverage.below IS 'What lies below lo.';
COMMENT ON COLUMN coverage.above IS 'What lies above hi.';
COMMENT ON COLUMN coverage.max_error IS 'Stated bound on the error within the range: of r, u (h, g) and log Z (standardised; relative above 1, absolute below), of J (relative) and log Z of the Ising classes; 0 for closed forms, which are exact up to rounding.';
COMMENT ON COLUMN coverage.rigor IS 'Of a table or series: proven where max_error is proven for every value of the statistic in the range, checked where it was met at independent points; null for closed forms and searches.';
COMMENT ON COLUMN coverage.size IS 'Number of spins, of one side for ising.square; 0 for the infinite ring or lattice; null for entries that answer for every size alike.';
COMMENT ON COLUMN coverage.pairs IS 'Ising classes with a table: number of coupled pairs, per spin for size 0.';
COMMENT ON COLUMN coverage.least IS 'Least value of q that any data can have.';
COMMENT ON COLUMN coverage.center IS 'Centre of the reduced variable x of the segments.';
COMMENT ON COLUMN coverage.width IS 'Its width.';
