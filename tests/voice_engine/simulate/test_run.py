"""The simulator itself: the same twice, honest about what does not come true."""

from pathlib import Path

import pytest

from voice_engine.kernel.events import EventType
from voice_engine.simulate.lanes import drawn
from voice_engine.simulate.read import parse
from voice_engine.simulate.run import Result, play

TALK = """
assistant: {first_message: 您好。}
caller:
  - {after_agent: 0.5, say: 有什么特价？}
  - {while_agent: 2.5, say: 停，别说了。}
model: {answers: [今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃。, 好的。]}
"""


def run(text: str) -> Result:
    return play(parse(text, Path("x.yaml")))


def test_a_scenario_comes_out_the_same_byte_for_byte():
    first, second = run(TALK).seen.outcome, run(TALK).seen.outcome

    assert [e.to_json() for e in first.events] == [e.to_json() for e in second.events]
    assert (first.played, first.flushed) == (second.played, second.flushed)


@pytest.mark.parametrize(
    ("expected", "why"),
    [
        ("said: [再见]", "said: is ['您好。', "),
        ("turns: 5", "turns: is 2, not 5"),
        ("interruptions: 0", "interruptions: is 1, not 0"),
        ("ended: silence-timed-out", "ended: is 'customer-ended-call'"),
        ("reply: {within: 0.1}", "reply: is 0."),
        ("reply: {turn: 9, within: 1}", "there was no turn 9"),
        ("stops: {within: 0.01}", "stops: is 0."),
        ("quiet: [0, 1]", "quiet: '您好' sounds from"),
        ("talking: [0, 9]", "talking: it falls silent at"),
        ("dead_air: 0.01", "s of silence on the agent's turn"),
        ("longest_gap: 0.01", "s of silence at"),
        ("said_contains: 樱桃", "said_contains: ['樱桃'] is missing"),
        ("never_said: 苹果", "never_said: ['苹果'] was said"),
        ("caller_said: [有什么特价？]", "caller_said: is ["),
        ("ears: 樱桃", "ears: ['樱桃'] is missing"),
        ("events: [session.ended, session.started]", "session.started does not come in this order"),
        ("event: {type: error}", "event: there are 0"),
        ("event: {type: turn.ended, exactly: 9}", "event: is"),
        ("tools: [book]", "tools: is [], not ['book']"),
        ('history: {ends_with: ["user: x"]}', "history: is ["),
        ("requests: {of: model, at_least: 9}", "requests: there were"),
        ("usage: {component: voice, quantity: characters, is: [1, 2]}", "usage: is"),
        ("lasted: 1", "lasted: is"),
    ],
)
def test_what_did_not_come_true_is_said(expected: str, why: str):
    broken = run(f"{TALK}\nexpect:\n  - {expected}\n").broken

    assert len(broken) == 1
    assert why in broken[0]


def test_a_repeated_word_is_noticed():
    broken = run(
        """
        caller: [{at: 1, say: 你好吗？}]
        model: {answers: [今天天气今天天气很好。]}
        expect: [{no_word_twice: true}]
        """
    ).broken

    assert broken == ["no_word_twice: '今天天气' was spoken twice"]


def test_silence_on_the_agents_turn_is_noticed_without_being_asked_for():
    broken = run(
        """
        assistant: {liveness: {filler_s: 50, apology_s: 60, limit_s: 70, patience_s: 60}}
        caller: [{at: 1, say: 你好吗？}]
        until: 12
        faults: [{of: model, what: hang}]
        """
    ).broken

    assert [why[:9] for why in broken] == ["dead_air:"]


def test_the_ear_hears_what_the_voice_said_without_asking_the_engine():
    result = run("assistant: {first_message: 您好，这里是应答。}")

    assert [sound.text for sound in result.seen.voice] == ["您好", "这里是应答"]
    assert result.seen.voice[0].end - result.seen.voice[0].begin == pytest.approx(0.4, abs=0.03)


def test_pauses_in_a_line_split_it_into_utterances():
    result = run("caller: [{at: 1, say: '我想 [0.8] 订票。'}]")

    assert [(d.text, d.begin, d.end) for d in result.seen.speech] == [
        ("我想", 1.0, pytest.approx(1.4)),
        ("订票。", pytest.approx(2.2), pytest.approx(2.6)),
    ]


def test_what_the_recogniser_makes_of_a_line_may_be_laid_down():
    result = run(
        """
        caller:
          - at: 1
            say: 我要订票。
            heard: [{at: 0.5, text: 我要}, {at: 1.5, text: 我要定票。, final: true}]
        """
    )

    heard = [(e.t, e.data["text"], e.data["final"]) for e in result.seen.of(EventType.TRANSCRIPT)]
    assert heard == [(pytest.approx(1.5, abs=0.03), "我要", False), (pytest.approx(2.5), "我要定票。", True)]


def test_a_fault_strikes_the_member_and_the_time_it_is_written_for():
    result = run(
        """
        caller: [{at: 1, say: 你好吗？}, {at: 6, say: 几点了？}]
        model: [{answers: [很好。, 九点。]}, {answers: [很好。, 十点。]}]
        faults: [{of: model, what: error, member: 1, between: [5, 20]}]
        """
    )

    assert {asked.member for asked in result.seen.asked("model") if asked.at < 5} == {1}
    assert [asked.member for asked in result.seen.asked("model") if asked.at > 5] == [1, 2]
    assert result.seen.outcome.said("bot") == ["很好。", "十点。"]


def test_a_fault_strikes_the_request_it_is_written_for_and_no_other():
    result = run(
        """
        caller: [{at: 1, say: 你好吗？}, {at: 6, say: 几点了？}]
        faults: [{of: recogniser, what: garbage, request: 2}]
        """
    )

    assert [text == "你好吗？" for text in result.seen.outcome.said("user")] == [True, False]


def test_the_drawing_shows_both_voices_and_what_happened():
    drawing = drawn(run(TALK).seen)

    assert "有什么特价？" in drawing
    assert "turn 2 decided: 有什么特价？" in drawing
    assert "INTERRUPTED, heard: 今天的特价" in drawing
    assert all(len(line) < 150 for line in drawing.splitlines())
