"""The tools we run ourselves."""

from typing import Any

import pytest

from tests.voice_engine.think.conversation import Heard, Server, asked, toolbox
from voice_engine.kernel.errors import Unavailable
from voice_engine.kernel.events import EventType
from voice_engine.providers.base import Message
from voice_engine.simulate.loop import run_virtual
from voice_engine.spec import ToolSpec, TransferSpec
from voice_engine.think.tools.base import Round
from voice_engine.think.tools.sentences import TRANSFER

DESK = TransferSpec(kind="number", target="+8657188880000", message="这就转前台。", extra={"extension": "8"})
SIP = TransferSpec(kind="sip", target="sip:desk@example.cn")
BILLING = TransferSpec(kind="assistant", target="Billing")


def transfer(*to: TransferSpec, url: str = "") -> ToolSpec:
    return ToolSpec(name="transferCall", kind="transferCall", transfers=to, server_url=url)


def run(spec: ToolSpec, rounds: Round, heard: Heard, server: Server | None = None) -> list[str]:
    run_virtual(toolbox(spec, heard=heard, server=server).run(rounds))
    return rounds.results


def to(target: str, said: str = "") -> Round:
    return asked(("transferCall", f'{{"destination": "{target}"}}'), said=said)


# ── hanging up ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("said", "closing"), [("", None), ("好的，再见。", "")])
def test_a_goodbye_that_was_said_is_not_asked_for_again(said: str, closing: str | None):
    heard, rounds = Heard(), asked("endCall", said=said)

    run(ToolSpec(name="endCall", kind="endCall"), rounds, heard)

    assert (heard.ended, rounds.closing) == (1, closing)


# ── transfers ────────────────────────────────────────────────────────────────────────────────────────


def test_a_transfer_is_announced_told_and_asked_for():
    heard, rounds = Heard(), to(DESK.target)
    destination = {"type": "number", "number": DESK.target, "message": "这就转前台。", "extension": "8"}

    run(transfer(DESK, SIP), rounds, heard)

    assert heard.transferred == [destination]
    assert (EventType.TRANSFER_REQUESTED, {"destination": destination}) in heard.events
    assert rounds.closing == "这就转前台。"


@pytest.mark.parametrize(("said", "closing"), [("", TRANSFER["zh"]), ("这就为您转。", "")])
def test_a_transfer_without_words_has_ours_unless_the_model_spoke(said: str, closing: str):
    rounds = to(SIP.target, said)

    run(transfer(SIP), rounds, Heard())

    assert rounds.closing == closing


def test_an_unknown_destination_is_told_the_known_ones():
    heard, rounds = Heard(), to("+1")

    told = run(transfer(DESK, SIP), rounds, heard)

    assert told == [f"There is no such destination; known are: {DESK.target}, {SIP.target}."]
    assert (heard.transferred, rounds.closing) == ([], None)


def test_a_transfer_that_cannot_be_is_told_the_model():
    heard, rounds = Heard(refuses="This line cannot transfer."), to(SIP.target)

    assert run(transfer(SIP), rounds, heard) == ["This line cannot transfer."]
    assert EventType.TRANSFER_REQUESTED not in [kind for kind, _ in heard.events]


def test_a_transfer_to_an_assistant_is_a_handoff():
    heard = Heard()

    run(transfer(BILLING), to("Billing"), heard)

    assert heard.handed_off == [{"destination": "Billing"}]


def test_without_destinations_the_server_is_asked():
    heard, rounds = Heard(), asked("transferCall")
    server = Server(
        reply={"destination": {"type": "sip", "sipUri": "sip:a@b.cn"}, "message": {"content": "转。"}}
    )

    run(transfer(url="https://example.com"), rounds, heard, server)

    assert server.messages == [{"type": "transfer-destination-request", "parameters": {}}]
    assert heard.transferred == [{"type": "sip", "sipUri": "sip:a@b.cn", "message": "转。"}]
    assert rounds.closing == "转。"


@pytest.mark.parametrize(
    "reply", [{}, {"destination": {"type": "moon"}}, {"destination": {"type": "number"}}]
)
def test_a_server_that_names_no_destination_transfers_nobody(reply: dict[str, Any]):
    heard = Heard()

    told = run(transfer(url="https://example.com"), asked("transferCall"), heard, Server(reply=reply))

    assert told[0].startswith("There is no such destination")
    assert heard.transferred == []


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────

KEYS = ToolSpec(name="dtmf", kind="dtmf")


def test_keys_are_pressed_and_told():
    heard = Heard()

    run(KEYS, asked(("dtmf", '{"dtmf": "1 2-3W#"}')), heard)

    assert heard.pressed == ["123w#"]
    assert (EventType.DTMF_REQUESTED, {"digits": "123w#"}) in heard.events


@pytest.mark.parametrize("digits", ["", "12a", "1" * 65, "一"])
def test_what_no_phone_has_is_not_pressed(digits: str):
    heard = Heard()

    told = run(KEYS, asked(("dtmf", f'{{"dtmf": "{digits}"}}')), heard)

    assert told[0].startswith("Give 1 to 64 keys")
    assert heard.pressed == []


def test_a_line_without_keys_says_so():
    assert run(KEYS, asked(("dtmf", '{"dtmf": "1"}')), Heard(refuses="No keys here.")) == ["No keys here."]


# ── knowledge ────────────────────────────────────────────────────────────────────────────────────────

QUERY = ToolSpec(name="query", kind="query", server_url="https://example.com")


def test_the_knowledge_server_is_sent_the_conversation_and_its_documents_go_to_the_model():
    rounds = asked(("query", '{"query": "门票"}'))
    rounds.context = [Message("system", "你是导览。"), Message("user", "门票多少钱？"), Message("tool", "x")]
    server = Server(
        reply={
            "documents": [{"content": "次要", "similarity": 0.2}, {"content": "免费", "similarity": 0.9}, 7]
        }
    )

    told = run(QUERY, rounds, Heard(), server)

    assert told == ["[1] 免费\n\n[2] 次要"]
    assert server.messages[0]["type"] == "knowledge-base-request"
    assert server.messages[0]["messagesOpenAIFormatted"] == [
        {"role": "system", "content": "你是导览。"},
        {"role": "user", "content": "门票多少钱？"},
    ]


def test_a_knowledge_server_may_answer_the_caller_itself():
    rounds = asked("query")

    run(
        QUERY, rounds, Heard(), Server(reply={"message": {"type": "custom-message", "content": "周一闭馆。"}})
    )

    assert rounds.closing == "周一闭馆。"


def test_knowledge_that_is_not_there_is_no_failure_and_a_server_that_is_not_there_is():
    broken = Server(error=Unavailable("target_unreachable", "It could not be reached."))

    assert run(QUERY, asked("query"), Heard(), Server(reply={"documents": []})) == [
        "The knowledge base has nothing about this."
    ]
    assert run(QUERY, asked("query"), Heard(), broken) == ["The tool failed: It could not be reached."]


async def test_a_line_that_cannot_transfer_leaves_it_to_the_model_or_to_the_fallback_plan():
    def outcome(**extra: Any) -> Any:
        to = TransferSpec(kind="number", target="+8610", extra=extra)
        spec = ToolSpec(name="transferCall", kind="transferCall", transfers=(to,))
        return spec, Heard(refuses="This line cannot transfer."), asked("transferCall")

    plain, heard, round_ = outcome()
    await toolbox(plain, heard=heard).run(round_)
    assert (round_.results, round_.closing, heard.ended) == (["This line cannot transfer."], None, 0)

    plan = {"fallbackPlan": {"message": "转不过去，请稍后再来电。"}}
    spec, heard, round_ = outcome(transferPlan=plan)
    await toolbox(spec, heard=heard).run(round_)
    assert (round_.closing, heard.ended) == ("转不过去，请稍后再来电。", 1)

    spec, heard, round_ = outcome(
        transferPlan={"fallbackPlan": {**plan["fallbackPlan"], "endCallEnabled": False}}
    )
    await toolbox(spec, heard=heard).run(round_)
    assert heard.ended == 0


async def test_the_words_before_a_transfer_are_in_the_calls_language():
    to = TransferSpec(
        kind="number", target="+8610", message="转接中", texts={"en": "Hold on.", "zh": "稍等。"}
    )
    spec = ToolSpec(name="transferCall", kind="transferCall", transfers=(to,))
    rounds = [asked("transferCall"), asked("transferCall")]

    for language, round_ in zip(("en", "zh"), rounds, strict=True):
        await toolbox(spec, heard=Heard(language=language)).run(round_)

    assert [round_.closing for round_ in rounds] == ["Hold on.", "稍等。"]
