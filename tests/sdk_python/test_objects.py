"""Answers as objects: nothing refused, nothing lost."""

from datetime import UTC, datetime

import pytest
from yingda._object import Object
from yingda.types import Assistant, Call, DashScopeModel, OpenAIModel

CALL = {
    "id": "c1",
    "createdAt": "2026-11-20T12:00:00.000Z",
    "status": "ended",
    "artifact": {"messagesOpenAIFormatted": [{"role": "user"}]},
    "brandNew": {"a": 1},
}


def test_attributes_are_pythons_and_items_are_the_apis():
    call = Call(CALL)

    assert (call.id, call["createdAt"]) == ("c1", "2026-11-20T12:00:00.000Z")


def test_what_a_newer_server_adds_is_there():
    assert Call(CALL).brand_new == {"a": 1}


def test_what_is_missing_is_none():
    assert Call(CALL).ended_reason is None


def test_what_never_was_is_an_error_with_the_nearest_name():
    with pytest.raises(AttributeError, match="did you mean ended_reason"):
        _ = Call(CALL).end_reason


def test_an_object_can_be_sent_back():
    assert Call(CALL).to_dict() == CALL


def test_an_answer_does_not_change():
    with pytest.raises(AttributeError, match="update"):
        Call(CALL).status = "queued"  # type: ignore[assignment]


@pytest.mark.parametrize(("provider", "kind"), [("openai", OpenAIModel), ("dashscope", DashScopeModel)])
def test_a_member_of_a_union_is_known_by_its_discriminator(provider: str, kind: type[Object]):
    assistant = Assistant({"id": "a", "model": {"provider": provider, "model": "m", "maxTokens": 9}})

    assert type(assistant.model) is kind
    assert assistant.model.max_tokens == 9


def test_a_discriminator_from_the_future_is_an_object_all_the_same():
    assistant = Assistant({"id": "a", "model": {"provider": "telepathy", "wave": 7}})

    assert assistant.model is not None
    assert assistant.model.wave == 7


def test_free_maps_stay_dictionaries():
    assert Assistant({"id": "a", "metadata": {"shopId": {"b": 1}}}).metadata == {"shopId": {"b": 1}}


def test_times_are_datetimes_where_the_api_says_so():
    class Row(Object):
        made_at: datetime
        maybe: datetime | None

    row = Row({"madeAt": "2026-11-20T12:00:00.000Z", "maybe": "not a time"})

    assert row.made_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert row.maybe == "not a time"
