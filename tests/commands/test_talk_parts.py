"""The parts of `yingda talk` that need no server: manners, sound, keys, the waterfall."""

import json
from pathlib import Path

import numpy as np
import pytest

from api.commands.talking.conduct import Conduct, Verdict
from api.commands.talking.installation import access
from api.commands.talking.mouths import Recording, Typed
from api.commands.talking.screen import WIDTH, bars, waterfall
from api.commands.talking.sound import FRAME_BYTES, RATE, SILENCE, Heard, frames
from voice_engine.audio import wav
from voice_engine.kernel.errors import BadRequest, Unauthorized

STARTED = {"type": "speech-update", "role": "assistant", "status": "started"}
STOPPED = {"type": "speech-update", "role": "assistant", "status": "stopped"}


def asked(conduct: Conduct, at: float) -> None:
    conduct.said_all(at)
    conduct.take({"type": "voice-input", "input": "when do you open"}, at + 0.5)


@pytest.fixture
def conduct() -> Conduct:
    conduct = Conduct(after=2.0, patience=15.0)
    conduct.opened(0.0)
    return conduct


def test_we_speak_at_once_when_nobody_greets(conduct: Conduct):
    assert not conduct.may_speak(1.4)
    assert conduct.may_speak(1.5)


def test_who_waits_in_line_does_not_speak_yet(conduct: Conduct):
    conduct.take({"type": "queue-update", "position": 2}, 0.1)
    assert not conduct.may_speak(20.0)

    conduct.take({"type": "status-update", "status": "in-progress"}, 20.0)

    assert not conduct.may_speak(21.4)
    assert conduct.may_speak(21.5)


def test_we_let_the_greeting_end_and_take_a_breath(conduct: Conduct):
    conduct.take(STARTED, 1.0)
    assert not conduct.may_speak(3.9)

    conduct.take(STOPPED, 4.0)

    assert not conduct.may_speak(4.2)
    assert conduct.may_speak(4.3)


def test_it_is_over_after_the_answer_and_two_seconds_of_quiet(conduct: Conduct):
    asked(conduct, 1.0)
    conduct.take(STARTED, 2.0)
    conduct.take(STOPPED, 5.0)

    assert conduct.verdict(6.9) is Verdict.GO_ON
    assert conduct.verdict(7.0) is Verdict.DONE


def test_a_second_question_waits_for_its_own_answer(conduct: Conduct):
    asked(conduct, 1.0)
    conduct.take(STARTED, 2.0)
    conduct.take(STOPPED, 3.0)
    conduct.take({"type": "voice-input", "input": "stop"}, 3.1)

    assert conduct.verdict(9.0) is Verdict.GO_ON


def test_an_answer_that_never_comes_is_waited_for_so_long(conduct: Conduct):
    asked(conduct, 1.0)

    assert conduct.verdict(16.4) is Verdict.GO_ON
    assert conduct.verdict(16.5) is Verdict.UNANSWERED
    assert conduct.understood == "when do you open"


def test_the_greeting_is_not_an_answer(conduct: Conduct):
    conduct.take(STARTED, 0.1)
    conduct.take(STOPPED, 2.0)
    conduct.said_all(4.0)

    assert conduct.verdict(18.9) is Verdict.GO_ON
    assert conduct.verdict(19.0) is Verdict.UNANSWERED


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (22050, 1), (44100, 2), (16000, 2)])
def test_any_wav_becomes_frames_of_20_ms(tmp_path: Path, rate: int, channels: int):
    tone = (8000 * np.sin(np.arange(rate) * 2 * np.pi * 440 / rate)).astype("<i2")
    path = tmp_path / "in.wav"
    path.write_bytes(wav.write(np.repeat(tone, channels).tobytes(), rate, channels))

    pieces = list(frames(path))

    assert len(pieces) == 50
    assert {len(piece) for piece in pieces} == {FRAME_BYTES}
    loudness = np.frombuffer(b"".join(pieces[5:45]), "<i2").astype(float).std()
    assert loudness == pytest.approx(8000 / 2**0.5, rel=0.02)


@pytest.mark.parametrize("content", [None, b"not a wav", wav.write(b"", RATE)])
def test_what_is_no_recording_is_refused_by_name(tmp_path: Path, content: bytes | None):
    path = tmp_path / "in.wav"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(BadRequest, match=r"(?i)wav"):
        frames(path)


def test_the_reply_keeps_the_silences_and_loses_what_was_cleared():
    heard = Heard()
    second = b"\1\0" * RATE

    heard.receive(second, at=1.0)
    heard.receive(second, at=1.5)
    assert heard.until == 3.0
    heard.clear(at=2.25)

    assert heard.until == 2.25
    assert bytes(heard.pcm[: 2 * RATE]) == bytes(2 * RATE)
    assert bytes(heard.pcm[2 * RATE :]) == b"\1\0" * int(1.25 * RATE)


def test_a_recording_once_begun_is_not_held_back():
    mouth = Recording(iter([b"a", b"b"]))

    said = [mouth.next(may_begin=may) for may in (False, True, False, False)]

    assert said == [SILENCE, b"a", b"b", SILENCE]
    assert mouth.done


def test_words_are_typed_once():
    mouth = Typed("hello")

    said = [mouth.next(may_begin=may) for may in (False, True, True)]

    assert said == [SILENCE, {"type": "text", "text": "hello"}, SILENCE]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    (tmp_path / "demo.json").write_text(json.dumps({"privateKey": "sk_demo", "assistantId": "a1"}))
    return tmp_path


def test_the_demos_key_opens_this_machine(demo: Path):
    found = access("http://127.0.0.1:8000", "", demo)

    assert (found.key, found.assistant) == ("sk_demo", "a1")


def test_the_demos_key_is_sent_to_nobody_else(demo: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("YINGDA_KEY", raising=False)

    with pytest.raises(Unauthorized, match="YINGDA_KEY"):
        access("https://yingda.example", "", demo)


def test_a_given_key_counts_more_than_any_other(demo: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("YINGDA_KEY", "sk_environment")

    assert access("http://localhost:8000", "sk_mine", demo).key == "sk_mine"
    assert access("https://yingda.example", "", demo).key == "sk_environment"


def test_bars_telescope_on_one_scale():
    assert bars(0, 100, 100) == "█" * WIDTH
    assert bars(50, 75, 100) == " " * 20 + "█" * 10
    assert bars(0, 0.1, 100) == "▏"
    assert bars(10, 10, 100) == ""


def test_a_turns_lines_name_every_segment_with_its_ms():
    segments = {"endpointingMs": 250, "sttMs": 5, "thinkMs": 0, "clauseMs": 1, "ttsMs": 20, "playoutMs": 21}

    lines = [text.plain for text in waterfall([{"turnLatency": 297, "segments": segments}])]

    assert lines[1] == "Turn 1: heard after 297 ms"
    assert [line.split()[0] for line in lines[2:]] == [
        "endpointing", "stt", "think", "clause", "tts", "playout",
    ]  # fmt: skip
    assert [line.split()[-2] for line in lines[2:]] == ["250", "5", "0", "1", "20", "21"]
