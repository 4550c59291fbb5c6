"""A scenario file that is wrong is answered with the line, the place and the nearest word."""

from pathlib import Path

import pytest

from voice_engine.kernel.errors import BadRequest
from voice_engine.simulate.read import files, parse, read

HERE = Path("there/x.yaml")


def complaint(text: str) -> str:
    with pytest.raises(BadRequest) as refused:
        parse(text, HERE)
    return refused.value.message


def test_a_word_that_is_not_known_is_answered_with_the_nearest():
    said = complaint("caller:\n  - at: 1\n    sya: 你好\n")

    assert said.startswith("there/x.yaml:3: caller.1.sya: 'sya' means nothing here. Did you mean 'say'?")


def test_a_wrong_setting_of_the_assistant_is_named_with_its_line():
    said = complaint("name: x\nassistant:\n  turn: {finishd_s: 1}\n")

    assert said.startswith("there/x.yaml:3: assistant.turn.finishd_s")
    assert "Did you mean 'finished_s'?" in said


def test_a_wrong_setting_at_the_top_of_the_assistant_is_named_too():
    said = complaint("assistant:\n  frist_message: 您好\n")

    assert said.startswith("there/x.yaml:2:")
    assert "Did you mean 'first_message'?" in said


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("caller:\n  - {at: 1, after: 2, say: 你好}\n", 2, "give at most one of"),
        ("caller:\n  - {at: 1}\n", 2, "give exactly one of say, noise"),
        ("caller:\n  - {say: '[0.8]'}\n", 2, "'say' needs words"),
        ("faults:\n  - {of: tool, what: 429}\n", 2, "a tool cannot be '429'"),
        ("expect:\n  - reply: {within: soon}\n", 2, "expect.1.reply.within"),
        ("expect:\n  - {}\n", 2, "give exactly one of"),
        ("caller: [\n", 2, "this is not YAML"),
        ("caller: []\ncaller: []\n", 2, "'caller' stands here twice"),
        ("- 1\n", 1, "a scenario is a list of keys"),
        ("tools:\n  book: {spec: {timeout: 3}}\n", 1, "timeout"),
        ("squad: {members: [{nam: a}]}\n", 1, "'nam' means nothing here. Did you mean 'name'?"),
        ("squad: {members: [{}]}\n", 1, "'name' is missing"),
    ],
)
def test_each_mistake_has_its_sentence(text: str, line: int, words: str):
    said = complaint(text)

    assert said.startswith(f"there/x.yaml:{line}: ")
    assert words in said


def test_the_file_gives_the_name_where_none_is_written():
    assert parse("", Path("a/the-model-hangs.yaml")).name == "the model hangs"


def test_an_assistant_may_stand_in_a_file_of_its_own_with_changes_upon_it(tmp_path: Path):
    (tmp_path / "clinic.yaml").write_text("first_message: 您好，诊所。\nturn: {finished_s: 0.4}\n")
    (tmp_path / "a.yaml").write_text("assistant: {file: clinic.yaml, turn: {wait_s: 1}}\n")

    spec = read(tmp_path / "a.yaml").assistant_spec()

    assert (spec.first_message, spec.turn.finished_s, spec.turn.wait_s) == ("您好，诊所。", 0.4, 1.0)


def test_an_assistant_file_that_is_not_there_is_named(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("assistant: nowhere.yaml\n")

    with pytest.raises(BadRequest, match=r"nowhere\.yaml cannot be read"):
        read(tmp_path / "a.yaml")


def test_a_folder_stands_for_all_in_it(tmp_path: Path):
    (tmp_path / "b").mkdir()
    for name in ("b/2.yaml", "1.yaml", "_part.yaml", "notes.txt"):
        (tmp_path / name).write_text("")

    assert [path.name for path in files([tmp_path])] == ["1.yaml", "2.yaml"]


def test_nothing_to_play_is_said(tmp_path: Path):
    with pytest.raises(BadRequest, match=r"no \.yaml file"):
        files([tmp_path])
    with pytest.raises(BadRequest, match="There is no"):
        files([tmp_path / "x"])
