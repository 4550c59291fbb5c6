import asyncio
import json
from typing import Any

import pytest

from tests.contracts.llm import GREETING, HOURS, QUESTION, LlmContract, text, with_result
from tests.contracts.tools import collect, faster_than
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Message, ProviderConfig, ToolCall
from voice_engine.providers.llm.scripted import ScriptedLlm, pieces


def scripted(**options: Any) -> ScriptedLlm:
    return ScriptedLlm(ProviderConfig(options=options))


def user(words: str) -> Message:
    return Message("user", words)


async def say(llm: ScriptedLlm, *messages: Message) -> str:
    return text(await collect(llm.reply(messages)))


class TestScripted(LlmContract):
    counts_tokens = False

    @pytest.fixture
    async def llm(self) -> ScriptedLlm:
        hours = {"name": HOURS.name, "arguments": {"day": "{1}"}}
        after = "On Monday we are open {result}."
        return scripted(
            rules=[
                {"match": "who are you", "reply": self.greeting},
                {"match": r"open on (\w+)", "tool": hours, "on_tool_result": after},
            ]
        )


async def test_the_first_rule_that_matches_answers_without_regard_to_case():
    llm = scripted(rules=[{"match": "hours", "reply": "Nine to five."}, {"match": ".", "reply": "What?"}])

    assert await say(llm, user("Your HOURS, please")) == "Nine to five."
    assert await say(llm, user("Good day")) == "What?"


async def test_only_the_users_last_words_count():
    llm = scripted(rules=[{"match": "hours", "reply": "Nine to five."}, {"match": "bye", "reply": "Bye."}])

    assert await say(llm, user("hours"), Message("assistant", "Nine to five."), user("bye")) == "Bye."


async def test_several_replies_take_turns():
    llm = scripted(rules=[{"match": "again", "reply": ["One.", "Two."]}])
    told: list[Message] = []
    heard = []
    for _ in range(3):
        told.append(user("again"))
        heard.append(await say(llm, *told))
        told.append(Message("assistant", heard[-1]))

    assert heard == ["One.", "Two.", "One."]


async def test_what_a_group_caught_is_in_the_reply():
    llm = scripted(rules=[{"match": r"i am (?P<name>\w+)", "reply": "Hello {name}, {1}! {2} {}"}])

    assert await say(llm, user("I am Li")) == "Hello Li, Li! {2} {}"


async def test_a_lost_script_says_that_it_is_no_model():
    assert "without a language model" in await say(scripted(), user("What is love?"))
    assert "没有语言模型" in await say(scripted(), user("什么是爱？"))
    assert await say(scripted(otherwise="Pardon?"), user("What is love?")) == "Pardon?"


async def test_before_anybody_speaks_it_greets():
    assert "not a language model" in await say(scripted(), GREETING[0])
    assert await say(scripted(greeting="您好，我是值班机器人。"), GREETING[0]) == "您好，我是值班机器人。"


async def test_another_tools_result_has_a_reply_of_its_own():
    llm = scripted(rules=[{"on_tool_result": "I heard: {result}."}])

    assert await say(llm, *with_result(ToolCall("c1", HOURS.name, "{}"))) == "I heard: from 9 to 5."


async def test_arguments_are_filled_at_every_depth():
    arguments = {"seats": "{1}", "deep": [{"for": "{1} people"}, 3]}
    llm = scripted(rules=[{"match": r"for (\w+)", "tool": {"name": HOURS.name, "arguments": arguments}}])

    deltas = await collect(llm.reply([user("a table for two")], [HOURS]))

    assert json.loads(deltas[0].tool_calls[0].arguments) == {
        "seats": "two",
        "deep": [{"for": "two people"}, 3],
    }


async def test_a_tool_the_assistant_does_not_have_is_an_error_that_says_so():
    llm = scripted(rules=[{"match": "open", "tool": {"name": "another"}}])

    with pytest.raises(ProviderError, match="'another'") as failure:
        await collect(llm.reply(QUESTION, [HOURS]))

    assert failure.value.kind == "bad_request"


async def test_an_endless_pattern_is_stopped_and_named():
    llm = scripted(rules=[{"match": "hello", "reply": "!"}, {"match": "(a|aa)+(?=z)", "reply": "?"}])

    with faster_than(0.2), pytest.raises(ProviderError, match="rule 2") as failure:
        await collect(llm.reply([user("a" * 480)]))

    assert failure.value.kind == "bad_request"


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"rules": "hello"}, "rules"),
        ({"rules": ["hello"]}, "rules[0]"),
        ({"rules": [{"match": "a"}]}, "rules[0]"),
        ({"rules": [{"match": "a", "reply": "b", "tool": {"name": "c"}}]}, "rules[0]"),
        ({"rules": [{"match": "a", "replay": "b"}]}, "rules[0]"),
        ({"rules": [{"match": "(", "reply": "b"}]}, "rules[0].match"),
        ({"rules": [{"match": "a" * 201, "reply": "b"}]}, "rules[0].match"),
        ({"rules": [{"match": "((a{50}){50}){50}", "reply": "b"}]}, "rules[0].match"),
        ({"rules": [{"match": "a{999999999999999}", "reply": "b"}]}, "rules[0].match"),
        ({"rules": [{"match": "a", "reply": []}]}, "rules[0].reply"),
        ({"rules": [{"match": "a", "reply": [3]}]}, "rules[0].reply"),
        ({"rules": [{"match": "a", "tool": {}}]}, "rules[0].tool"),
        ({"rules": [{"match": "a", "reply": "b"}] * 101}, "rules"),
        ({"greeting": 5}, "greeting"),
    ],
)
def test_a_wrong_script_is_refused_and_the_place_named(options, place):
    with pytest.raises(BadRequest) as refused:
        scripted(**options)

    assert (refused.value.code, refused.value.details["field"]) == ("bad_rules", place)


@pytest.mark.parametrize("words", ["Hello there, Li!", "您好，请说。Hello 您好", "  a \n", "", "，。"])
def test_pieces_make_the_whole(words):
    assert "".join(pieces(words)) == words


async def test_others_run_between_the_pieces():
    llm = scripted(greeting="one two three four five six seven eight nine ten")
    turns: list[str] = []

    async def read(name: str) -> None:
        async for _ in llm.reply([]):
            turns.append(name)

    await asyncio.gather(read("a"), read("b"))

    assert turns[:4] == ["a", "b", "a", "b"]
