"""Opens the catalogue's file by other versions of DuckDB and compares the macros' numbers with those of this one.

    python -m benchmarks.duckdb_versions PYTHON ...

Each PYTHON is an interpreter with a version of duckdb of its own; the file is opened, attached, attached under another
name, used, and read by a view and a prepared statement.
"""

from __future__ import annotations

import json
import subprocess
import sys

from symcat.catalogue.file import PACKAGED

PROGRAM = """
import duckdb, json, sys
path = sys.argv[1]
calls = [
    "{}z2_quartic(1, 2.5, n := 5000).u_se",
    "{}z2_quartic_centred(100, 0.5, 1.5, 1.2, 4.5).mean",
    "{}scalar_quartic(0, 1, 0.5, 2.8).u",
    "{}linear_regression(y, x).coefficients[1]",
    "{}linear_regression(y, z).reason",
]
rows = "(VALUES (1e0, 2e0, 1e0), (2e0, 3e0, 'nan'::DOUBLE), (4e0, 3.5e0, 2e0), (3e0, 3e0, 5e0)) AS t(y, x, z)"
def read(connection, before=""):
    return connection.execute("SELECT " + ", ".join(c.format(before) for c in calls) + " FROM " + rows).fetchall()
found = [read(duckdb.connect(path, read_only=True))]
attached = duckdb.connect()
attached.execute(f"ATTACH '{path}' AS other (READ_ONLY)")
found.append(read(attached, "other."))
columns = ", ".join(f"{c.format('other.')} AS c{i}" for i, c in enumerate(calls))
attached.execute("CREATE VIEW seen AS SELECT " + columns + " FROM " + rows)
found.append(attached.execute("SELECT * FROM seen").fetchall())
prepared = attached.execute("SELECT other.z2_quartic(?::DOUBLE, ?::DOUBLE, n := ?).u_se", [1, 2.5, 5000]).fetchall()
attached.execute("CREATE SCHEMA own; CREATE TABLE own.segments (label INT); USE own")
found.append(read(attached, "other."))
attached.execute("USE other")
found.append(read(attached))
assert all(f == found[0] for f in found) and prepared[0][0] == found[0][0][0], found
print(json.dumps([duckdb.__version__, found[0][0]]))
"""


def main() -> None:
    answers = []
    for interpreter in (sys.executable, *sys.argv[1:]):
        run = subprocess.run(
            [interpreter, "-c", PROGRAM, str(PACKAGED)], capture_output=True, text=True, check=False, timeout=300
        )
        if run.returncode:
            raise SystemExit(f"{interpreter}: {run.stderr}")
        version, numbers = json.loads(run.stdout)
        answers.append(numbers)
        print(f"DuckDB {version}: {'the same' if numbers == answers[0] else numbers}")


if __name__ == "__main__":
    main()
