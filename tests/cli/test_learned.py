"""What was learned, from the command line."""

from __future__ import annotations

from symcat.catalogue import learned
from tests.catalogue.learned.learning import spin
from tests.cli.running import answer, refusal, run


def test_what_was_learned_is_listed_shown_and_cleared() -> None:
    assert run("learned", "list").stdout.startswith("nothing was learned yet in ")
    learned.learn(spin(0.5))
    learned.learn(spin(0.3))
    listed = answer("learned", "list")
    assert [(row["label"], row["columns"], row["couplings"]) for row in listed] == 2 * [(spin(0.5).label, 1, 1)]
    (one, other) = (row["file"] for row in listed)
    shown = run("learned", "show", one)
    assert shown.exit_code == 0
    assert spin(0.5).label in shown.stdout
    assert answer("learned", "show", one)["couplings"] in ([-0.5], [-0.3])
    assert "1 learned entries deleted" in run("learned", "clear", one).stdout
    assert [row["file"] for row in answer("learned", "list")] == [other]
    assert "begins with 'nothing'" in refusal("learned", "clear", "nothing")
    assert "1 learned entries deleted" in run("learned", "clear").stdout
    assert answer("learned", "list") == []
