CREATE TABLE errata (
    label VARCHAR NOT NULL,
    catalogue_version VARCHAR NOT NULL,
    description VARCHAR NOT NULL
);
COMMENT ON TABLE errata IS 'Wrong numbers that were once published, and in which version they were corrected.';
COMMENT ON COLUMN errata.label IS 'Entry.';
COMMENT ON COLUMN errata.catalogue_version IS 'First version with the correction.';
COMMENT ON COLUMN errata.description IS 'What was wrong, by how much, and what it is now.';
