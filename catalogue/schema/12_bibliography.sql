CREATE TABLE bibliography (
    key VARCHAR PRIMARY KEY,
    bibtex VARCHAR NOT NULL
);
COMMENT ON TABLE bibliography IS 'The works cited, from references.bib.';
COMMENT ON COLUMN bibliography.key IS 'Citation key.';
COMMENT ON COLUMN bibliography.bibtex IS 'The BibTeX entry.';
