"""Every scenario of the library comes true."""

from pathlib import Path

import pytest

from voice_engine.simulate.lanes import drawn
from voice_engine.simulate.read import files, read
from voice_engine.simulate.run import play

LIBRARY = Path(__file__).parents[3] / "examples" / "scenarios"
FILES = files([LIBRARY])


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(LIBRARY)) for path in FILES])
def test_a_scenario_comes_true(path: Path):
    result = play(read(path))

    assert result.broken == [], f"\n{path}\n{drawn(result.seen)}"


def test_every_scenario_says_what_it_is_about_in_its_name():
    names = [read(path).name for path in FILES]

    assert len(set(names)) == len(names)


def test_the_library_covers_the_conversation():
    topics = {path.parent.name for path in FILES}

    assert len(FILES) >= 60
    assert topics >= {
        "turn-taking",
        "interruptions",
        "heard",
        "early",
        "playout",
        "dead-air",
        "failover",
        "tools",
    }
