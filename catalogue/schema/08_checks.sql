CREATE TABLE checks (
    label VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    points BIGINT NOT NULL,
    residual DOUBLE NOT NULL,
    bound DOUBLE NOT NULL,
    passed BOOLEAN NOT NULL
);
COMMENT ON TABLE checks IS 'What was checked when the entry was built. python -m builders verify replays it at fresh points.';
COMMENT ON COLUMN checks.label IS 'Entry.';
COMMENT ON COLUMN checks.name IS 'What was checked.';
COMMENT ON COLUMN checks.method IS 'Against what, and how.';
COMMENT ON COLUMN checks.level IS 'fast or full: the verification it belongs to.';
COMMENT ON COLUMN checks.points IS 'Number of points compared.';
COMMENT ON COLUMN checks.residual IS 'Largest difference found.';
COMMENT ON COLUMN checks.bound IS 'Largest difference allowed.';
COMMENT ON COLUMN checks.passed IS 'Whether the residual met the bound.';
