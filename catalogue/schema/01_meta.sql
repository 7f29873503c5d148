CREATE TABLE meta (
    key VARCHAR PRIMARY KEY,
    value VARCHAR NOT NULL
);
COMMENT ON TABLE meta IS 'About this file: schema_version (what readers check), catalogue_version, and how it is licensed.';
COMMENT ON COLUMN meta.key IS 'Name of the property.';
COMMENT ON COLUMN meta.value IS 'Its value, as text.';
