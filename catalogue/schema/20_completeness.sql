CREATE VIEW completeness AS
SELECT
    c.label,
    c.title,
    CASE
        WHEN max(v.size) IS NOT NULL THEN 'Answers for ' || any_value(v.statistic) || ', of every size from '
            || (min(v.size) FILTER (WHERE v.size > 0))::VARCHAR || ' to ' || max(v.size)::VARCHAR
            || CASE WHEN min(v.size) = 0 THEN ' and of the infinite one' ELSE '' END
            || ', over all but a part ' || max((1 - v.hi) / (1 - v.least))::DECIMAL(9, 7)::DOUBLE::VARCHAR
            || ' of its range at either end.'
        WHEN min(v.lo) IS NULL AND min(v.hi) IS NULL
            THEN 'Complete: answers for every ' || any_value(v.statistic) || '.'
        ELSE 'Answers for ' || any_value(v.statistic) || ' from ' || coalesce(min(v.lo)::VARCHAR, 'any value') || ' to '
            || coalesce(max(v.hi)::VARCHAR, 'any value') || '.'
    END
    || CASE WHEN any_value(c.method) = 'search' THEN ' Found by a search, with errors of its own.'
        WHEN max(v.max_error) > 0 THEN ' Error at most ' || max(v.max_error)::VARCHAR
            || CASE any_value(v.rigor) WHEN 'proven' THEN ', proven.' WHEN 'checked' THEN ', checked at points.'
                ELSE '.' END
        ELSE ' Closed form.' END
    || ' Below: ' || CASE WHEN max(v.size) IS NULL THEN any_value(v.below)
        ELSE 'no data have q below its least value; close to it J falls without bound.' END
    || ' Above: ' || any_value(v.above) AS text
FROM classes AS c JOIN coverage AS v ON v.label = c.label
GROUP BY c.label, c.title
ORDER BY c.label;
COMMENT ON VIEW completeness IS 'What is covered and what is not, generated from coverage.';
COMMENT ON COLUMN completeness.label IS 'Class.';
COMMENT ON COLUMN completeness.title IS 'Name in words.';
COMMENT ON COLUMN completeness.text IS 'The statement of completeness.';
