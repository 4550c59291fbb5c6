"""A recorded conversation, replayed, decides the same again; changed, it shows what would be different."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.events import Event, EventType
from voice_engine.simulate.change import Change
from voice_engine.simulate.clock import on_one_clock
from voice_engine.simulate.compare import differences, table, turns
from voice_engine.simulate.read import files, parse, read
from voice_engine.simulate.recorded import scenario_of
from voice_engine.simulate.run import Result, play

LIBRARY = Path(__file__).parents[3] / "examples" / "scenarios"
TOPICS = ("turn-taking", "interruptions", "tools")
FILES = [path for topic in TOPICS for path in files([LIBRARY / topic])]
TALK = """
assistant: {first_message: 您好，这里是应答。, turn: {speculate: false}}
caller:
  - {after_agent: 0.5, say: 有什么特价？}
  - {while_agent: 2.5, say: 停，别说了。}
  - {after_agent: 0.6, say: 朝阳区}
  - {after: 6, type: 再见。}
model:
  first_after_s: 0.3
  answers: [今天的特价有苹果，香蕉，橙子，葡萄，西瓜，还有新到的草莓和樱桃。, 好的。, 朝阳区，好的。, 再见。]
"""


def recorded(text: str = TALK) -> Result:
    return play(parse(text, Path("x.yaml")))


def again(result: Result, *, anchored: bool = False):
    return scenario_of(result.scenario.assistant_spec(), result.seen.events, anchored=anchored)


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(LIBRARY)) for path in FILES])
def test_a_replay_decides_as_the_call_did(path: Path):
    call = play(read(path))

    replayed = play(again(call))

    assert differences(call.seen.events, replayed.seen.events) == []


def test_a_replay_says_and_hears_the_same_words():
    call = recorded()

    replayed = play(again(call))

    assert replayed.broken == []
    assert replayed.seen.outcome.said("user") == call.seen.outcome.said("user")
    said, before = replayed.seen.outcome.said("bot"), call.seen.outcome.said("bot")
    assert len(said) == len(before)
    assert all(abs(len(one) - len(other)) <= 2 for one, other in zip(said, before, strict=True))


def test_a_call_that_waited_for_its_vendors_is_counted_from_its_beginning():
    call = recorded()
    late = [_later(event) for event in call.seen.events]

    straight = on_one_clock(late)

    assert differences(call.seen.events, straight) == []
    assert straight[-1].data["durationS"] == pytest.approx(call.seen.events[-1].data["durationS"], abs=0.001)
    marks = [e.data["marks"] for e in straight if e.type is EventType.TURN_ENDED]
    assert marks == [e.data["marks"] for e in call.seen.events if e.type is EventType.TURN_ENDED]


def _later(event: Event) -> Event:
    """The log began 0.9 s before the vendors were at hand, the session's own seconds 0.5 s before."""
    data = {
        name: at + 0.5 if name in ("atS", "secondsFromStart", "durationS") else at
        for name, at in event.data.items()
    }
    if "marks" in data:
        data["marks"] = {name: at + 0.5 for name, at in data["marks"].items()}
    return replace(event, t=event.t + 0.9, data=data)


def test_anchored_lines_move_with_the_agent():
    call = recorded()

    replayed = play(again(call, anchored=True))

    assert [turn.text for turn in turns(replayed.seen.events)] == [
        turn.text for turn in turns(call.seen.events)
    ]
    assert [line.while_agent is not None for line in again(call, anchored=True).caller][:2] == [False, True]


def test_a_faster_model_is_predicted_to_answer_sooner():
    scenario = again(recorded(), anchored=True)
    change = Change.parse([], ["llm=0.1"])

    before, after = play(scenario), play(change.applied(scenario))

    waited = [turn.mouth_to_ear_ms or 0 for turn in turns(before.seen.events)]
    wait = [turn.mouth_to_ear_ms or 0 for turn in turns(after.seen.events)]
    assert waited[0] - wait[0] == pytest.approx(200, abs=21)


def test_a_slower_voice_and_recogniser_are_predicted_to_answer_later():
    scenario = again(recorded(), anchored=True)
    change = Change.parse([], ["tts=0.6", "stt=0.8"])

    before, after = play(scenario), play(change.applied(scenario))

    waited = [turn.mouth_to_ear_ms or 0 for turn in turns(before.seen.events)]
    wait = [turn.mouth_to_ear_ms or 0 for turn in turns(after.seen.events)]
    assert wait[0] - waited[0] > 500


def test_a_longer_silence_is_predicted_to_answer_later():
    scenario = again(recorded(), anchored=True)
    change = Change.parse(["turn.undecided_s=1.2", "turn.learn_pauses=false"], [])

    before, after = play(scenario), play(scenario, change.settings)

    named = next(i for i, turn in enumerate(turns(before.seen.events)) if "朝阳区" in turn.text)
    waits = [turns(result.seen.events)[named].mouth_to_ear_ms or 0 for result in (before, after)]
    assert waits[1] - waits[0] > 300


def test_the_table_shows_each_turn_and_the_sums():
    call = recorded()

    lines = table({"call": call.seen.events, "replayed": call.seen.events}).splitlines()

    assert "有什么特价？" in lines[1]
    assert "cut" in lines[1]
    assert lines[-2].split() == ["turns", "4", "4"]
    assert lines[-1].split() == ["interruptions", "1", "1"]


def test_differences_are_sentences():
    call, other = recorded(), recorded(TALK.replace("say: 朝阳区", "say: 海淀区"))

    assert differences(call.seen.events, other.seen.events) == ["turn 3: '朝阳区' became '海淀区'"]


def test_a_scenario_made_from_a_call_can_be_written_down_and_read_again(tmp_path: Path):
    call = recorded()
    file = tmp_path / "call.yaml"
    given = again(call).model_dump(mode="json", by_alias=True, exclude_unset=True)
    file.write_text(yaml.safe_dump(given, allow_unicode=True))

    replayed = play(read(file))

    assert replayed.broken == []
    assert len(replayed.seen.of(EventType.USER_INTERRUPTED)) == 1


def test_secrets_of_the_assistant_are_not_written_down():
    spec = recorded().scenario.assistant_spec({"model": {"sealed_api_key": "sealed", "headers": {"x": "y"}}})

    scenario = scenario_of(spec, recorded().seen.events)

    assert "sealed" not in scenario.model_dump_json()
    assert '"headers"' not in scenario.model_dump_json()


@pytest.mark.parametrize(
    ("settings", "delays", "words"),
    [
        (["turn.finished_s"], [], "write it like turn.finished_s=0.4"),
        (["turn.finishd_s=1"], [], "Did you mean 'finished_s'"),
        (["turn.finished_s=soon"], [], "valid number"),
        ([], ["llm=soon"], "'soon' is no number"),
        ([], ["gpu=1"], "'gpu' is none of stt, llm, tts"),
    ],
)
def test_a_change_that_cannot_be_is_refused(settings: list[str], delays: list[str], words: str):
    with pytest.raises(BadRequest, match=words):
        Change.parse(settings, delays)
