CREATE VIEW help AS
SELECT
    c.label,
    c.title,
    c.statistics,
    c.usage
FROM classes AS c;
COMMENT ON VIEW help IS 'How to use each entry: start here.';
COMMENT ON COLUMN help.label IS 'Class.';
COMMENT ON COLUMN help.title IS 'Name in words.';
COMMENT ON COLUMN help.statistics IS 'Averages it needs.';
COMMENT ON COLUMN help.usage IS 'A call that answers.';
