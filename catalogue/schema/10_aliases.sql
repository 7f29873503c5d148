CREATE TABLE aliases (
    alias VARCHAR PRIMARY KEY,
    label VARCHAR NOT NULL,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE aliases IS 'Other names of a class; labels are permanent, so a retired one becomes an alias.';
COMMENT ON COLUMN aliases.alias IS 'The other name.';
COMMENT ON COLUMN aliases.label IS 'The label it stands for.';
COMMENT ON COLUMN aliases.reason IS 'Why it exists.';
