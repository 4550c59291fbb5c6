"""What an error may say where others read it."""

import io
import logging
import sys

import pytest

from voice_engine.kernel import log
from voice_engine.kernel.fault import said, traced

QUOTING = "duplicate key (13812345678)\nDETAIL:  Key (email)=(bob@example.com) already exists."


def broken() -> None:
    try:
        raise ValueError(QUOTING)
    except ValueError as error:
        raise RuntimeError("could not store\n[parameters: {'name': 'Bob'}]") from error


def test_only_the_masked_first_line_is_said():
    assert said(ValueError(QUOTING)) == "ValueError: duplicate key (138****5678)"
    assert said(ValueError()) == "ValueError"
    assert len(said(ValueError("x" * 1000))) == len("ValueError: ") + 300


def test_a_traceback_keeps_its_frames_and_causes_and_loses_the_values():
    with pytest.raises(RuntimeError) as caught:
        broken()

    text = traced((caught.type, caught.value, caught.tb))

    assert "in broken" in text
    assert "ValueError: duplicate key (138****5678)" in text
    assert text.endswith("RuntimeError: could not store")
    assert "example.com" not in text
    assert "Bob" not in text.replace("'name': 'Bob'", "")  # the source line of the frame, not the value


def test_a_group_is_treated_like_its_members():
    group = ExceptionGroup("several", [ValueError(QUOTING)])

    text = traced((ExceptionGroup, group, None))

    assert "ValueError: duplicate key" in text
    assert "example.com" not in text


@pytest.mark.parametrize("fmt", ["json", "text"])
def test_neither_our_logs_nor_the_standard_librarys_quote_values(
    fmt: log.LogFormat, monkeypatch: pytest.MonkeyPatch
):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        log.setup("test", fmt=fmt)
        try:
            raise ValueError(QUOTING)
        except ValueError as error:
            log.get().bind().error("ours", exc_info=error)
            logging.getLogger("theirs").exception("theirs")
    finally:
        root.handlers[:], root.level = before

    written = out.getvalue()
    assert written.count("ValueError: duplicate key (138****5678)") == 2
    assert "example.com" not in written
