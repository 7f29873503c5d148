CREATE TABLE classes (
    label VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    symmetry_group VARCHAR NOT NULL,
    domain VARCHAR NOT NULL,
    statistics VARCHAR NOT NULL,
    parameters VARCHAR NOT NULL,
    free_energy VARCHAR NOT NULL,
    valid_range VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    assumptions VARCHAR NOT NULL,
    usage VARCHAR NOT NULL,
    "references" VARCHAR[] NOT NULL
);
COMMENT ON TABLE classes IS 'The maximum-entropy classes P(x) = exp(-F(x)) / Z: what each is, what it needs from the data, how its parameters are found.';
COMMENT ON COLUMN classes.label IS 'Permanent label, for example z2.quartic. Once given it is never taken back.';
COMMENT ON COLUMN classes.title IS 'Name in words.';
COMMENT ON COLUMN classes.family IS 'Family: gaussian, quartic, scalar, ising, mixed, polynomial or conditional.';
COMMENT ON COLUMN classes.symmetry_group IS 'Transformations that leave F unchanged, about the centre for continuous columns.';
COMMENT ON COLUMN classes.domain IS 'Where x lives.';
COMMENT ON COLUMN classes.statistics IS 'Sufficient statistics: the averages of the data that decide the maximum-likelihood parameters.';
COMMENT ON COLUMN classes.parameters IS 'Names of the parameters.';
COMMENT ON COLUMN classes.free_energy IS 'F(x) in LaTeX.';
COMMENT ON COLUMN classes.valid_range IS 'Values of the statistics for which a normalisable solution exists.';
COMMENT ON COLUMN classes.method IS 'How the parameters follow from the statistics: formula, table, series, transform (sums over all states), or search (iterations on the averages or the rows, by whoever asks).';
COMMENT ON COLUMN classes.assumptions IS 'What the answer rests on.';
COMMENT ON COLUMN classes.usage IS 'A call that answers.';
COMMENT ON COLUMN classes."references" IS 'Keys of the table bibliography.';
