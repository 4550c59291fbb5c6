"""OpenAI's own client drives /chat/responses by its base URL."""

import pytest
from openai import APIStatusError, OpenAI
from openai.types.responses import Response

from tests.api.v1.chats.talking import real
from tests.api.world import Org
from tests.emulators.openai import OpenAiEmulator, faults


def client_of(live: str, key: str) -> OpenAI:
    return OpenAI(base_url=f"{live}/chat", api_key=key, max_retries=0, timeout=10)


def test_a_response_is_whole(live: str, org: Org, vendor: OpenAiEmulator):
    with client_of(live, org.private_key) as client:
        answer = client.responses.create(
            model="any", input="hi", stream=False, extra_body={"assistant": real(vendor)}
        )
        more = client.responses.create(
            input=[{"role": "user", "content": "more"}], stream=False, previous_response_id=answer.id
        )

    assert Response.model_validate(answer.model_dump(), strict=False).status == "completed"
    assert (answer.output_text, more.output_text) == ("You said: hi", "You said: more")
    assert [m["content"] for m in vendor.bodies[1]["messages"][1:]] == ["hi", "You said: hi", "more"]


def test_a_response_comes_in_openais_events(live: str, org: Org, vendor: OpenAiEmulator):
    with client_of(live, org.private_key) as client:
        events = list(
            client.responses.create(input="hi", stream=True, extra_body={"assistant": real(vendor)})
        )

    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert list(dict.fromkeys(event.type for event in events)) == [
        "response.created",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert "".join(deltas) == events[-4].text == events[-1].response.output_text == "You said: hi"


def test_openais_helper_puts_the_events_together(live: str, org: Org, vendor: OpenAiEmulator):
    with (
        client_of(live, org.private_key) as client,
        client.responses.stream(input="hi", model="m", extra_body={"assistant": real(vendor)}) as stream,
    ):
        final = stream.until_done().get_final_response()

    assert final.output_text == "You said: hi"


def test_a_model_that_dies_midway_is_openais_error_event(live: str, org: Org, vendor: OpenAiEmulator):
    vendor.always = faults.midway({"error": {"message": "no", "type": "x", "code": "invalid_value"}})

    with client_of(live, org.private_key) as client:
        *_, last = client.responses.create(input="hi", stream=True, extra_body={"assistant": real(vendor)})

    assert (last.type, last.code) == ("error", "model_unavailable")
    assert last.message.startswith("The model of Kind failed: ")


def test_what_is_refused_is_an_http_error(live: str, org: Org):
    with client_of(live, org.private_key) as client, pytest.raises(APIStatusError) as refused:
        client.responses.create(input="hi", stream=True, extra_body={"assistantId": "none"})

    assert refused.value.status_code == 404
