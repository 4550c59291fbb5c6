"""What goes wrong is said in one shape, names the field, and shows nothing of our inside."""

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.world import Org

URL = "/v1/test-tasks"


async def send(lab: httpx.AsyncClient, me: Org, raw: bytes, content_type: str = "application/json"):
    return await lab.post(URL, headers={**me.headers, "Content-Type": content_type}, content=raw)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "task is required."),
        ({"task": ""}, "task: String should have at least 1 character."),
        ({"task": 5}, "task should be a valid string."),
        ({"task": "t", "maxSeconds": 11}, "maxSeconds should be less than or equal to 10."),
        ({"task": "t", "maxSecond": 1}, "property maxSecond should not exist; did you mean maxSeconds?"),
        ({"task": "t", "max_seconds": 1}, "property max_seconds should not exist; did you mean maxSeconds?"),
        (
            {"task": "t", "zzz": 1},
            "property zzz should not exist; known are: maxSeconds, metadata, pet, pets, task.",
        ),
        (
            {"task": "t", "pet": {"kind": "cat", "whisker": 2, "whiskers": 2}},
            "property pet.whisker should not exist; did you mean whiskers?",
        ),
        ({"task": "t", "pets": [{"kind": "cat", "whiskers": -1}]}, "pets.0.whiskers should be greater than"),
        (
            {"task": "t", "pets": [{"kind": "dog", "barks": "maybe"}]},
            "pets.0.barks should be a valid boolean",
        ),
        ({"task": "t", "pet": {"kind": "cow"}}, "'cat', 'dog'"),
        ([], "the body should be a valid dictionary"),
        ("text", "the body should be a valid dictionary"),
    ],
)
async def test_a_wrong_field_is_named(lab: httpx.AsyncClient, me: Org, body: object, sentence: str):
    answer = await lab.post(URL, headers=me.headers, json=body)

    found = answer.json()
    assert answer.status_code == 400
    assert (found["code"], found["error"], found["statusCode"]) == ("invalid_request", "Bad Request", 400)
    assert any(sentence in line for line in found["message"]), found["message"]
    assert found["requestId"] == answer.headers["x-request-id"]


async def test_every_fault_has_its_sentence(lab: httpx.AsyncClient, me: Org):
    answer = await lab.post(URL, headers=me.headers, json={"maxSeconds": 0, "x": 1})

    assert len(answer.json()["message"]) == 3


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "invalid_json"),
        (b"{'task': 't'}", "invalid_json"),
        (b'{"task": "t", "metadata": {"x": NaN}}', "invalid_json"),
        (b'{"task": "\xff\xfe"}', "invalid_json"),
        (b'{"task": "\xed\xa0\x80"}', "invalid_json"),
        (b'{"task": "a\x00b"}', "invalid_json"),
        (b'{"task": "a\\u0000b"}', "nul_character"),
        (b'{"task": "t", "metadata": {"a\\u0000": 1}}', "nul_character"),
        (b'{"task": "t", "metadata": {"a": [{"b": "\\u0000"}]}}', "nul_character"),
        (b"[" * 5000 + b"]" * 5000, "invalid_json"),
        (b'{"task": "t", "metadata": ' + b'{"a":' * 150 + b"1" + b"}" * 151, "json_too_deep"),
        (b'{"task": "t", "metadata": {"a":' + b"[" * 150 + b"]" * 150 + b"}}", "json_too_deep"),
    ],
)
async def test_a_body_we_cannot_keep_is_refused(lab: httpx.AsyncClient, me: Org, raw: bytes, code: str):
    answer = await send(lab, me, raw)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_an_escaped_backslash_is_not_a_nul(lab: httpx.AsyncClient, me: Org):
    answer = await send(lab, me, b'{"task": "a\\\\u0000b"}')

    assert (answer.status_code, answer.json()["task"]) == (201, "a\\u0000b")


async def test_a_wide_body_is_not_a_deep_one(lab: httpx.AsyncClient, me: Org):
    answer = await lab.post(URL, headers=me.headers, json={"task": "t", "metadata": {"a": [[]] * 1000}})

    assert answer.status_code == 201


async def test_a_form_is_told_to_be_json(lab: httpx.AsyncClient, me: Org):
    answer = await send(lab, me, b'{"task": "t"}', "application/x-www-form-urlencoded")

    header = "Send the body as JSON with the header Content-Type: application/json"
    assert answer.json()["message"][0].startswith(header)


@pytest.mark.parametrize("url", [f"{URL}/a%00b", f"{URL}?x=%00"])
async def test_a_url_with_a_nul_is_refused(lab: httpx.AsyncClient, me: Org, url: str):
    answer = await lab.get(url, headers=me.headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "nul_character")


@pytest.mark.parametrize("id", ["x", "%F0%9F%90%88", "..", "' OR 1=1 --", "a" * 2000, "%ff"])
async def test_an_odd_id_is_simply_not_found(lab: httpx.AsyncClient, me: Org, id: str):
    answer = await lab.get(f"{URL}/{id}", headers=me.headers)

    assert answer.status_code in (404, 405)
    assert answer.json()["code"] in ("task_not_found", "route_not_found", "method_not_allowed")


async def test_a_path_that_does_not_exist_is_said_so(lab: httpx.AsyncClient):
    answer = await lab.get("/v1/{nothing}")

    assert (answer.status_code, answer.json()["code"]) == (404, "route_not_found")
    assert "There is no /v1/{nothing}" in answer.json()["message"]


async def test_a_wrong_method_is_told_the_right_ones(lab: httpx.AsyncClient, me: Org):
    answer = await lab.put(URL, headers=me.headers, json={})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_a_fault_of_ours_shows_nothing(lab: httpx.AsyncClient, me: Org):
    answer = await lab.post(URL, headers=me.headers, json={"task": "crash"})

    found = answer.json()
    assert (answer.status_code, found["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert found["requestId"] in found["message"]


async def test_an_unknown_query_parameter_is_refused(client: httpx.AsyncClient, org: Org):
    answer = await client.get("/v1/api-keys?limits=3", headers=org.headers)

    assert answer.json()["message"] == ["query parameter limits does not exist here."]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=-1", "query parameter limit should be greater than or equal to 0."),
        ("limit=1001", "query parameter limit should be less than or equal to 1000."),
        ("limit=x", "query parameter limit should be a valid integer, unable to parse string as an integer."),
        ("createdAtGt=yesterday", "query parameter createdAtGt should be a valid datetime"),
    ],
)
async def test_a_wrong_query_parameter_is_named(
    client: httpx.AsyncClient, org: Org, query: str, sentence: str
):
    answer = await client.get(f"/v1/api-keys?{query}", headers=org.headers)

    assert answer.status_code == 400
    assert answer.json()["message"][0].startswith(sentence)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=json_values)
async def test_any_json_gets_a_proper_answer(lab: httpx.AsyncClient, me: Org, body: object):
    try:
        answer = await lab.post(URL, headers=me.headers, json={"task": "t", "metadata": {"x": body}})
    except UnicodeEncodeError:  # httpx cannot send a lone surrogate
        return

    assert answer.status_code in (201, 400)
    assert answer.status_code == 400 or answer.json()["task"] == "t"
