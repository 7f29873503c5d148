CREATE VIEW completeness AS
SELECT
    c.label,
    c.title,
    CASE WHEN v.lo IS NULL AND v.hi IS NULL
        THEN 'Complete: answers for every ' || v.statistic || '.'
        ELSE 'Answers for ' || v.statistic || ' from ' || coalesce(v.lo::VARCHAR, 'any value') || ' to '
            || coalesce(v.hi::VARCHAR, 'any value') || '.'
    END
    || CASE WHEN v.max_error > 0 THEN ' Error at most ' || v.max_error::VARCHAR || '.' ELSE ' Closed form.' END
    || ' Below: ' || v.below || ' Above: ' || v.above AS text
FROM classes AS c JOIN coverage AS v ON v.label = c.label;
COMMENT ON VIEW completeness IS 'What is covered and what is not, generated from coverage.';
COMMENT ON COLUMN completeness.label IS 'Class.';
COMMENT ON COLUMN completeness.title IS 'Name in words.';
COMMENT ON COLUMN completeness.text IS 'The statement of completeness.';
