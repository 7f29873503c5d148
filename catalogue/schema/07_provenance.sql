CREATE TABLE provenance (
    label VARCHAR PRIMARY KEY,
    builder VARCHAR NOT NULL,
    builder_version VARCHAR NOT NULL,
    parameters VARCHAR NOT NULL,
    seed BIGINT,
    input_hash VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    software VARCHAR NOT NULL
);
COMMENT ON TABLE provenance IS 'Where every entry comes from.';
COMMENT ON COLUMN provenance.label IS 'Entry.';
COMMENT ON COLUMN provenance.builder IS 'The builder that wrote it.';
COMMENT ON COLUMN provenance.builder_version IS 'Its version.';
COMMENT ON COLUMN provenance.parameters IS 'What it was asked for, as JSON text.';
COMMENT ON COLUMN provenance.seed IS 'Seed of the random points its checks used, or null if they used none.';
COMMENT ON COLUMN provenance.input_hash IS 'sha256 of the builder''s sources and parameters: the entry is rebuilt when it changes.';
COMMENT ON COLUMN provenance.content_hash IS 'sha256 of the entry''s other files: a change by hand is noticed.';
COMMENT ON COLUMN provenance.software IS 'What computed the numbers.';
