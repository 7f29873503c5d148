CREATE VIEW help AS
SELECT
    c.label,
    c.title,
    c.statistics,
    CASE
        WHEN c.family = 'ising' AND c.method = 'table' THEN 'select symcat.' || replace(c.label, '.', '_') || CASE c.label
            WHEN 'ising.square' THEN '(l, q), with q the average of s_i s_j over the bonds of l x l spins (l = 0: infinite)'
            WHEN 'ising.ring' THEN '(d, q), with q the average of s_i s_j over neighbours of d spins (d = 0: infinite); no field'
            ELSE '(d, q), with q the average of s_i s_j over all pairs of d spins; no field' END
        WHEN c.family = 'conditional' THEN 'in Python symcat.solve(data, target=..., classes=[''' || c.label || '''])'
        WHEN c.family IN ('ising', 'mixed', 'polynomial') THEN 'in Python symcat.solve(data, classes=[''' || c.label || '''])'
        WHEN c.method = 'table' THEN 'select symcat.' || replace(c.label, '.', '_') || '(m2, m4), with m2 = <rho^2> and m4 = <rho^4> about the mean'
        WHEN c.method = 'series' THEN 'rows of corrections; in Python symcat.lookup(''o100.quartic'', m2=..., m4=...) for any N above 64'
        ELSE 'closed form: in Python symcat.lookup(''' || c.label || ''', mean=..., covariance=...)'
    END AS usage
FROM classes AS c;
COMMENT ON VIEW help IS 'How to use each entry: start here.';
COMMENT ON COLUMN help.label IS 'Class.';
COMMENT ON COLUMN help.title IS 'Name in words.';
COMMENT ON COLUMN help.statistics IS 'Averages it needs.';
COMMENT ON COLUMN help.usage IS 'A call that answers.';
