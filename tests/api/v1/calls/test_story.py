"""The call's columns as a function of its events."""

from api.v1.analysis.asks import long_enough
from api.v1.calls.model import CallRow
from api.v1.calls.story import moment, performance, told, transcript
from api.v1.calls.summary import extracted
from tests.api.jobs.world import Talk, conversation
from voice_engine.kernel.clock import iso
from voice_engine.kernel.events import Event, EventType
from voice_engine.kernel.ids import new_id


def a_call() -> CallRow:
    return CallRow(
        org_id=new_id(), type="vapi.websocketCall", session_id=new_id(), engine_id="e", transport={}
    )


def test_a_story_that_has_no_end_yet_is_not_over():
    story = told(conversation(a_call())[:-1])

    assert not story.ended
    assert story.started_at is not None


def test_a_call_with_a_second_session_is_over_when_that_one_is():
    row = a_call()
    first, again = conversation(row), new_id()
    more = [Event(e.type, e.org_id, e.call_id, again, e.seq, e.at_ms, e.t, e.data) for e in first]

    assert not told([*first, *more[:-1]]).ended
    assert told([*first, *more]).ended
    assert len(told([*first, *more]).messages) == 10


def test_the_conversation_can_be_cut_at_an_event():
    events = conversation(a_call())
    question = next(e for e in events if e.type is EventType.MESSAGE and e.data["role"] == "user")

    cut = told(events).conversation((question.session_id, question.seq))

    assert [m["role"] for m in cut] == ["bot", "user"]


def test_a_transcript_holds_what_people_said():
    messages = [
        {"role": "system", "message": "Be kind."},
        {"role": "user", "message": "Hi"},
        {"role": "tool_calls", "message": "", "toolCalls": []},
        {"role": "bot", "message": "Hello"},
    ]

    assert transcript(messages) == "User: Hi\nAI: Hello\n"


def test_performance_without_a_measured_turn_claims_nothing():
    assert performance(told([])) == {"turnLatencies": [], "numAssistantInterrupted": 0}


def test_a_turn_tells_whether_it_was_answered_from_a_guess():
    events = conversation(a_call())
    started = next(e for e in events if e.type is EventType.TURN_STARTED)

    [waited] = performance(told(events))["turnLatencies"]
    started.data["guessed"] = True
    [ready] = performance(told(events))["turnLatencies"]

    assert (waited["guessed"], ready["guessed"]) == (False, True)


def test_performance_shows_the_line_if_it_was_measured():
    events = conversation(a_call())
    line = {"jitterMs": 1.5, "missingS": 0.2, "droppedS": 0.0, "mos": 4.2, "worstMos": 3.9}

    unknown = performance(told(events))
    events[-1].data["line"] = line

    assert "line" not in unknown
    assert performance(told(events))["line"] == line


def test_a_quoted_summary_repeats_nobody_and_stays_short():
    said = [{"role": "user", "message": "a" * 500}]

    assert extracted(said) == f"User: {'a' * 119}…"
    assert extracted([]) == ""


def test_two_messages_are_worth_analysing():
    one, two = [{"role": "user"}], [{"role": "user"}, {"role": "bot"}]

    assert (long_enough({}, one), long_enough({}, two)) == (False, True)
    assert long_enough({"minMessagesThreshold": 0}, [])


def test_a_story_knows_consent_transfers_and_who_spoke():
    row = a_call()
    talk = Talk(row)
    talk.say(EventType.SESSION_STARTED, assistantName="Ann")
    talk.say(EventType.RECORDING_CONSENT, plan="verbal", granted=True)
    talk.say(EventType.HANDOFF, **{"from": "Ann", "to": "Bob", "reason": "", "message": ""})
    talk.say(EventType.TRANSFER_REQUESTED, turn=1, destination={"type": "number", "number": "10086"})

    facts = told(talk.events).facts

    assert facts["recordingConsent"] == {"type": "verbal", "grantedAt": iso(moment(talk.events[1].at_ms))}
    assert [each["assistantName"] for each in facts["assistantActivations"]] == ["Ann", "Bob"]
    assert facts["transfers"] == [{"destination": {"type": "number", "number": "10086"}}]


def test_a_refusal_has_no_moment_of_consent():
    talk = Talk(a_call())
    talk.say(EventType.RECORDING_CONSENT, plan="verbal", granted=False)

    assert told(talk.events).facts["recordingConsent"] == {"type": "verbal"}
