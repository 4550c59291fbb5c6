"""Requests as they arrive at a server, and what the client makes of its answers."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from yingda import AsyncYingda, Yingda, _http, errors

from tests.emulators.target import Behaviour, Target, closed_port, hang, redirect, reply, vanish

pytestmark = pytest.mark.slow

ASSISTANT = reply(201, b'{"id": "a1", "name": "A"}')
BUSY, SLOWLY = reply(503, b"{}"), reply(429, b"{}", "retry-after: 0\r\n")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingda._retry.FIRST_S", 0.001)


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as server:
        yield server


def client(server: Target, **options: float) -> Yingda:
    return Yingda("sk_test", f"http://127.0.0.1:{server.port}", **options)  # type: ignore[arg-type]


def test_arguments_become_json_in_the_apis_words(target: Target):
    target.script = [ASSISTANT]

    made = client(target).assistants.create(
        name="A", first_message="喂", end_call_phrases=("再见",), model={"provider": "openai", "model": "m"}
    )

    [seen] = target.seen
    assert made.id == "a1"
    assert seen.path == "/v1/assistants"
    assert json.loads(seen.body) == {
        "name": "A",
        "firstMessage": "喂",
        "endCallPhrases": ["再见"],
        "model": {"provider": "openai", "model": "m"},
    }
    assert seen.headers["authorization"] == "Bearer sk_test"
    assert seen.headers["user-agent"].startswith("yingda-python/")


def test_what_the_sdk_does_not_know_yet_can_be_sent(target: Target):
    target.script = [ASSISTANT]

    client(target).assistants.create(
        name="A", options={"extra": {"telepathy": True}, "headers": {"X-A": "b"}}
    )

    assert json.loads(target.seen[0].body) == {"name": "A", "telepathy": True}
    assert target.seen[0].headers["x-a"] == "b"


@pytest.mark.parametrize("trouble", [BUSY, vanish, SLOWLY], ids=["busy", "vanish", "slowly"])
def test_every_attempt_of_a_write_has_the_same_key(target: Target, trouble: Behaviour):
    target.script = [trouble, trouble, ASSISTANT]

    client(target).assistants.create(name="A")
    client(target).assistants.create(name="A")

    keys = [seen.headers["idempotency-key"] for seen in target.seen]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]


def test_a_key_of_ones_own_is_used(target: Target):
    target.script = [ASSISTANT]

    client(target).assistants.create(name="A", options={"idempotency_key": "order-17"})

    assert target.seen[0].headers["idempotency-key"] == "order-17"


def test_reading_needs_no_key(target: Target):
    client(target).assistants.get("a1")

    assert "idempotency-key" not in target.seen[0].headers


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.Unauthorized),
        (402, errors.PaymentRequired),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (412, errors.PreconditionFailed),
        (413, errors.TooLarge),
        (429, errors.TooManyRequests),
        (500, errors.ServerError),
        (503, errors.Unavailable),
        (418, errors.APIError),
    ],
)
def test_an_error_has_a_class_a_code_a_sentence_and_an_id(target: Target, status: int, kind: type[Exception]):
    body = {"message": ["One.", "Two."], "code": "odd", "statusCode": status, "requestId": "r1"}
    target.script = [reply(status, json.dumps(body).encode())]

    with pytest.raises(kind) as caught:
        client(target, max_retries=0).assistants.get("a1")

    error = caught.value
    assert isinstance(error, errors.APIError)
    assert (error.status, error.code, error.messages, error.request_id) == (
        status,
        "odd",
        ["One.", "Two."],
        "r1",
    )
    assert str(error).startswith(f"One. Two. [{status} odd, request r1]")


def test_an_error_page_of_a_proxy_is_an_error_too(target: Target):
    target.script = [reply(502, b"<html>Bad gateway</html>")]

    with pytest.raises(errors.ServerError, match="Bad gateway"):
        client(target, max_retries=0).assistants.get("a1")


@pytest.mark.parametrize("body", [b"", b"<html>Log in</html>", b"null", b'"text"', b'{"a":', b"\xff"])
def test_a_page_in_place_of_an_answer_is_no_answer(target: Target, body: bytes):
    target.script = [reply(200, body), reply(200, body)]

    with pytest.raises(errors.UnexpectedAnswer, match="right address"):
        client(target).assistants.get("a1")
    with pytest.raises(errors.UnexpectedAnswer, match="right address"):
        client(target).assistants.list().all()


def test_a_server_that_sends_us_round_in_circles_is_left(target: Target):
    target.script = [redirect("/v1/assistants/a1")] * 30

    with pytest.raises(errors.ConnectionFailed, match="redirects"):
        client(target, max_retries=0).assistants.get("a1")


def test_nobody_there_says_how_to_start_somebody():
    with closed_port() as port, pytest.raises(errors.ConnectionFailed, match="yingda serve"):
        Yingda("sk_test", f"http://127.0.0.1:{port}", max_retries=0).assistants.get("a1")


def test_a_server_that_is_silent_is_not_waited_for(target: Target):
    target.script = [hang]

    with pytest.raises(errors.TimedOut):
        client(target, timeout=0.05, max_retries=0).assistants.get("a1")


def test_a_deadline_is_for_all_attempts_together(target: Target):
    target.script = [hang] * 9

    with pytest.raises(errors.TimedOut):
        client(target, timeout=0.05, deadline=0.09, max_retries=9).assistants.get("a1")

    assert len(target.seen) <= 2


@pytest.mark.parametrize("id", ["", None, ".."])
def test_an_empty_id_is_refused_before_it_means_something_else(target: Target, id: str):
    with pytest.raises(ValueError, match="id is missing"):
        client(target).assistants.delete(id)

    assert target.seen == []


def test_an_id_cannot_lead_elsewhere(target: Target):
    client(target).assistants.get("../calls?x=1")

    assert target.seen[0].path == "/v1/assistants/..%2Fcalls%3Fx%3D1"


def test_a_number_that_json_has_not_is_refused(target: Target):
    with pytest.raises(ValueError, match="JSON"):
        client(target).assistants.create(metadata={"ratio": float("nan")})

    assert target.seen == []


def test_a_time_without_a_zone_is_refused(target: Target):
    with pytest.raises(ValueError, match="time zone"):
        client(target).api_keys.create(expires_at=datetime(2027, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("key", "url", "told"),
    [
        (None, None, "YINGDA_API_KEY"),
        ("sk_键", None, "pasted"),
        ("sk_1", "voice.example.cn", "no base URL"),
    ],
)
def test_a_client_that_cannot_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, key: str | None, url: str | None, told: str
):
    monkeypatch.delenv("YINGDA_API_KEY", raising=False)

    with pytest.raises(errors.ConfigurationError, match=told):
        Yingda(key, url)


def test_the_environment_says_who_and_where(monkeypatch: pytest.MonkeyPatch, target: Target):
    monkeypatch.setenv("YINGDA_API_KEY", "sk_env")
    monkeypatch.setenv("YINGDA_BASE_URL", f"http://127.0.0.1:{target.port}/v1/")

    Yingda().assistants.get("a1")

    assert target.seen[0].path == "/v1/assistants/a1"
    assert target.seen[0].headers["authorization"] == "Bearer sk_env"


def test_a_key_is_not_shown():
    assert "sk_secret" not in repr(vars(Yingda("sk_secret")._http))


@pytest.mark.parametrize("stream", [False, True])
def test_a_file_goes_as_a_form(target: Target, tmp_path: Path, stream: bool):
    place = tmp_path / "hours.txt"
    place.write_text("nine to six")
    target.script = [reply(201, b'{"id": "f1"}')]

    client(target).own_voices.create(
        name="N", provider="minimax", sample=io.BytesIO(b"nine to six") if stream else place
    )

    body, kind = target.seen[0].body, target.seen[0].headers["content-type"]
    assert kind.startswith("multipart/form-data")
    assert b"nine to six" in body
    assert b'name="provider"' in body
    assert (b'filename="hours.txt"' in body) is not stream


def test_what_a_deletion_is_told_goes_into_the_query(target: Target):
    client(target).own_voices.delete("v1", force=True)

    assert (target.seen[0].path, target.seen[0].body) == ("/v1/own-voices/v1?force=true", b"")


async def test_asynchronously_it_is_the_same(target: Target):
    target.script = [BUSY, ASSISTANT]

    async with AsyncYingda("sk_test", f"http://127.0.0.1:{target.port}") as asynchronous:
        made = await asynchronous.assistants.create(name="A")

    assert made.id == "a1"
    assert len({seen.headers["idempotency-key"] for seen in target.seen}) == 1


async def test_a_list_is_read_asynchronously(target: Target):
    target.script = [reply(200, b'[{"id": "1", "createdAt": "2026-11-20T12:00:00.000Z"}]')]

    async with AsyncYingda("sk_test", f"http://127.0.0.1:{target.port}") as asynchronous:
        found = [one.id async for one in asynchronous.assistants.list(limit=5)]

    assert found == ["1"]
    assert target.seen[0].path == "/v1/assistants?limit=5"


def test_both_clients_know_the_same_resources():
    from yingda._generated import async_resources, resources

    def methods(module: object, prefix: str) -> dict[str, set[str]]:
        kinds = {
            name.removeprefix(prefix): kind for name, kind in vars(module).items() if isinstance(kind, type)
        }
        return {name: {one for one in vars(kind) if one[0] != "_"} for name, kind in kinds.items()}

    sync, asynchronous = methods(resources, ""), methods(async_resources, "Async")

    assert sync["Assistants"] >= {"create", "list", "get", "update", "delete"}
    assert {name: sync[name] for name in sync if name in asynchronous} == {
        name: asynchronous[name] for name in asynchronous if name in sync
    }
    assert _http.CONNECT_S <= 10
