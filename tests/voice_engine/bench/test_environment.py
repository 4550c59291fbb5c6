"""Pipecat's environment is built once."""

from voice_engine.bench.environment import VERSION, pipecat_python


def test_an_environment_that_was_finished_is_used_again(tmp_path):
    place = tmp_path / f"pipecat-{VERSION}"
    place.mkdir()
    (place / "finished").touch()
    said: list[str] = []

    python = pipecat_python(tmp_path, said.append)

    assert python == place / "bin" / "python"
    assert len(said) == 1
    assert "used again" in said[0]
