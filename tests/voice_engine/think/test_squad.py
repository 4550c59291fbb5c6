"""Members take over, refuse, and never play ping-pong with a caller."""

import pytest

from tests.voice_engine.think.squads import member, squad
from voice_engine.providers.base import Message
from voice_engine.spec import DestinationSpec, SquadSpec, TransferSpec
from voice_engine.think.handoff import REFUSE, Handoff
from voice_engine.think.squad import Squad, Takeover, tool_answer

SHOP = squad(
    member("Front", "Billing", "Tech", role="primary"),
    member("Billing", "Front", "Tech", first_message="Billing here."),
    member("Tech", "Front", may_refuse=False),
)
SAID = [Message("system", "I am Front."), Message("user", "我要退款")]


def started(spec: SquadSpec = SHOP) -> Squad:
    conversation = Squad(spec)
    conversation.caller_spoke()
    return conversation


def give(conversation: Squad, name: str, history: list[Message] | None = None) -> Takeover:
    decision = conversation.decide(f"handoff_to_{name}", {"user_intent": "a refund"})
    assert isinstance(decision, Handoff), decision
    return conversation.hand_over(decision, history or SAID)


def tools(conversation: Squad) -> list[str]:
    return [tool.name for tool in conversation.offer()]


def test_the_primary_member_begins_wherever_it_stands():
    assert Squad(squad(member("A"), member("B", role="primary"))).current.name == "B"
    assert Squad(squad(member("A"), member("B"))).current.name == "A"


def test_a_member_is_offered_its_destinations():
    conversation = started()

    offered = conversation.offer()

    assert tools(conversation) == ["handoff_to_Billing", "handoff_to_Tech"]
    assert {tool.kind for tool in offered} == {"handoff"}
    assert set(offered[0].parameters["properties"]) == {"user_intent", "key_facts", "pending_tasks", "reason"}


def test_a_description_of_ones_own_is_what_the_model_reads():
    own = squad(member("A", DestinationSpec(member="B", description="For refunds.")), member("B"))

    assert Squad(own).offer()[0].description == "For refunds."


def test_a_handoff_makes_the_other_one_current_with_history_and_summary():
    conversation = started()

    taken = give(conversation, "Billing")

    assert conversation.current.name == taken.member.name == "Billing"
    assert [m.role for m in taken.messages] == ["system", "system", "user"]
    assert taken.messages[0].content == "I am Billing."
    assert "a refund" in taken.messages[1].content
    assert taken.summary.data() == {
        "previousAgent": "Front", "userIntent": "a refund", "keyFacts": [], "pendingTasks": [],
    }  # fmt: skip


def test_deciding_alone_changes_nothing():
    conversation = started()

    decision = conversation.decide("handoff_to_Billing", {})

    assert isinstance(decision, Handoff)
    assert (decision.announcement, decision.silent) == ("正在为您转接Billing…", False)
    assert (conversation.current.name, conversation.handoffs) == ("Front", 0)


def test_a_member_greets_at_its_first_appearance_only():
    conversation = started()

    first = give(conversation, "Billing")
    conversation.caller_spoke()
    give(conversation, "Front")
    conversation.caller_spoke()
    again = give(conversation, "Billing")

    assert (first.greeting, again.greeting) == ("Billing here.", "")


def test_a_silent_handoff_has_no_announcement_and_no_greeting():
    silent = squad(member("A", DestinationSpec(member="B", message="")), member("B", first_message="Hello."))
    conversation = started(silent)
    decision = conversation.decide("handoff_to_B", {})
    assert isinstance(decision, Handoff)

    taken = conversation.hand_over(decision, [])

    assert (decision.silent, decision.announcement, taken.greeting) == (True, "", "")


def test_nobody_gets_the_caller_twice_before_the_caller_has_spoken():
    conversation = started()
    give(conversation, "Billing")

    refused = conversation.decide("handoff_to_Front", {})

    assert refused == "Front has just had this caller. Answer the caller yourself, or ask what is missing."
    conversation.caller_spoke()
    assert isinstance(conversation.decide("handoff_to_Front", {}), Handoff)


def test_handoffs_in_one_conversation_are_bounded():
    conversation = started(SHOP.model_copy(update={"max_handoffs": 2}))
    for name in ("Billing", "Front"):
        give(conversation, name)
        conversation.caller_spoke()

    refused = conversation.decide("handoff_to_Tech", {})

    assert isinstance(refused, str)
    assert "too often" in refused


def test_a_destination_that_is_not_offered_is_refused():
    assert started().decide("handoff_to_Front", {}) == "You cannot hand the caller over by handoff_to_Front."


@pytest.mark.parametrize("arguments", [{}, {"destination": "Nobody"}, {"destination": "Front"}])
def test_a_transfer_to_nobody_is_refused(arguments: dict[str, str]):
    assert isinstance(started().decide("transferCall", arguments), str)


def test_a_transfer_tool_names_the_member():
    decision = started().decide("transferCall", {"destination": "Tech"})

    assert isinstance(decision, Handoff)
    assert (decision.source, decision.destination.member) == ("Front", "Tech")


def test_a_transfer_tools_own_words_count():
    own = TransferSpec(
        kind="assistant", target="Tech", message="Hold on.", extra={"transferMode": "delete-history"}
    )
    decision = started(squad(member("A"), member("Tech"))).decide(
        "transferCall", {"destination": "Tech"}, [own]
    )

    assert isinstance(decision, Handoff)
    assert (decision.announcement, decision.destination.mode) == ("Hold on.", "delete-history")


def test_the_announcement_is_said_in_the_models_place():
    conversation = started()

    done = tool_answer(conversation.decide("handoff_to_Billing", {}))
    refused = tool_answer(conversation.decide("handoff_to_Front", {}))

    assert done.message is not None
    assert (done.message.texts, done.final, done.failed) == ({"": "正在为您转接Billing…"}, True, False)
    assert (refused.message, refused.failed) == (None, True)


def test_a_refused_caller_is_back_with_the_previous_member_and_the_reason():
    conversation = started()
    given = give(conversation, "Billing")
    assert tools(conversation)[-1] == REFUSE

    decision = conversation.decide(REFUSE, {"reason": "This is no bill."})
    assert isinstance(decision, Handoff)
    back = conversation.hand_over(decision, given.messages)

    assert (conversation.current.name, decision.returned, decision.silent) == ("Front", True, True)
    assert back.messages[0].content == "I am Front."
    assert "没有接手" in back.messages[1].content
    assert "This is no bill" in back.messages[1].content
    assert back.messages[2:] == SAID[1:]
    assert decision.data(back.summary)["reason"] == "This is no bill."
    assert conversation.handoffs == 1


def test_after_a_refusal_it_is_not_tried_again_before_the_caller_has_spoken():
    conversation = started()
    given = give(conversation, "Billing")
    decision = conversation.decide(REFUSE, {})
    assert isinstance(decision, Handoff)
    conversation.hand_over(decision, given.messages)

    assert isinstance(conversation.decide("handoff_to_Billing", {}), str)
    assert isinstance(conversation.decide("handoff_to_Tech", {}), Handoff)
    assert REFUSE not in tools(conversation)


def test_a_member_that_greeted_may_refuse_what_it_hears_first_and_then_no_more():
    conversation = started()
    give(conversation, "Billing")

    conversation.caller_spoke()
    assert REFUSE in tools(conversation)
    conversation.caller_spoke()

    assert REFUSE not in tools(conversation)
    assert isinstance(conversation.decide(REFUSE, {}), str)


def test_a_member_that_must_not_refuse_cannot():
    conversation = started()
    give(conversation, "Tech")

    assert REFUSE not in tools(conversation)
    assert isinstance(conversation.decide(REFUSE, {}), str)


def test_whoever_began_has_nobody_to_give_the_caller_back_to():
    assert isinstance(started().decide(REFUSE, {}), str)


def test_a_handoff_ordered_from_outside_needs_no_destination():
    lonely = squad(member("A"), member("B"))
    conversation = started(lonely)

    decision = conversation.to("B", reason="supervisor")

    assert isinstance(decision, Handoff)
    assert decision.reason == "supervisor"
    assert conversation.hand_over(decision, []).member.name == "B"
    assert conversation.to("B") == "There is no other member named B."
    assert conversation.to("C") == "There is no other member named C."


def test_a_conversation_is_resumed_where_it_was():
    resumed = Squad(SHOP, current="Tech", handoffs=10)
    resumed.caller_spoke()

    assert resumed.current.name == "Tech"
    assert isinstance(resumed.decide("handoff_to_Front", {}), str)
    assert Squad(SHOP, current="gone").current.name == "Front"
