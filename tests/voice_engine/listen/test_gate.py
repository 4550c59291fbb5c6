"""When speech begins and ends."""

from voice_engine.listen.gate import SpeechGate, SpeechStarted, SpeechStopped


def feed(gate: SpeechGate, pattern: str, frame: float = 0.02) -> list:
    """`x` is a voiced frame, `.` a silent one."""
    edges = []
    for i, char in enumerate(pattern):
        edge = gate.feed(0.9 if char == "x" else 0.1, i * frame, (i + 1) * frame)
        if edge:
            edges.append(edge)
    return edges


def test_speech_begins_where_it_began_not_where_we_were_sure():
    assert feed(SpeechGate(), "....xxxxxxxxxx") == [SpeechStarted(0.08)]


def test_a_click_is_not_speech():
    assert feed(SpeechGate(), "..xx" + "." * 40) == []


def test_speech_ends_at_the_last_voiced_sample():
    edges = feed(SpeechGate(), "x" * 20 + "." * 20)

    assert edges == [SpeechStarted(0.0), SpeechStopped(0.4)]


def test_a_short_pause_within_a_word_ends_nothing():
    assert len(feed(SpeechGate(), "x" * 20 + "." * 10 + "x" * 20)) == 1
