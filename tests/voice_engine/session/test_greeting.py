from voice_engine.kernel.events import EventType
from voice_engine.session.greeting import Greeting
from voice_engine.simulate.world import Says, World, assistant

AFTER = "assistant-speaks-after-greeting"


def test_whoever_says_nothing_is_greeted_after_two_seconds():
    greeting = Greeting(assistant(first_message="您好。", first_message_mode=AFTER))

    assert not greeting.due(1.9)
    assert greeting.due(2.0)
    assert not greeting.due(2.1)


def test_a_greeting_is_heard_out_however_long_it_is():
    greeting = Greeting(assistant(first_message="您好。", first_message_mode=AFTER))
    greeting.somebody_speaks()
    greeting.turn_ended(3.0)
    greeting.somebody_speaks()
    greeting.turn_ended(9.0)

    assert not greeting.due(9.8)
    assert greeting.due(9.9)


def test_a_voicemail_records_the_whole_first_message():
    says = [Says(0.3, "您好，我现在不方便接听电话。", 2.5), Says(3.2, "请在滴声后留言。", 1.8)]
    spec = assistant(first_message="您好，我是应答的小应。", first_message_mode=AFTER)

    outcome = World(says=says, spec=spec, until=12).run()

    began = next(e.data["atS"] for e in outcome.of(EventType.SPEECH_STARTED) if e.data["role"] == "assistant")
    assert began > 5.0
    assert outcome.said("bot") == ["您好，我是应答的小应。"]


def test_who_waits_for_the_caller_answers_the_first_words_with_the_first_message():
    spec = assistant(first_message="您好，请讲。", first_message_mode="assistant-waits-for-user")

    outcome = World(says=[Says(1.0, "喂，你好？", 1.0)], spec=spec, until=8).run()

    assert outcome.said("user") == ["喂，你好？"]
    assert outcome.said("bot") == ["您好，请讲。"]
