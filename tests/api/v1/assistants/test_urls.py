"""Which URLs may be stored."""

import httpx
import pytest

from api.v1.assistants.schemas.urls import well_formed
from tests.api.world import Org


@pytest.mark.parametrize(
    "url",
    [
        "https://example.cn",
        "https://例子.中国/工具?a=%20#b",
        "http://203.0.113.7:8080/x",
        "http://[2001:db8::1]:8080/x",
        "https://1.example.cn.",
        "https://example.cn/{{ call.id }}",
        "https://{{ tenant }}.example.cn:{{ port }}/",
        "{{ webhook }}",
    ],
)
def test_an_honest_url_is_taken_as_it_is(url: str):
    assert well_formed(url) == url


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://2130706433/", "four decimal numbers"),
        ("http://0x7f000001/", "four decimal numbers"),
        ("http://0X7F.1/", "four decimal numbers"),
        ("http://127.1", "four decimal numbers"),
        ("http://0177.0.0.1/", "four decimal numbers"),
        ("http://１２７.1/", "four decimal numbers"),
        ("http://127。1/", "four decimal numbers"),
        ("http://300.1.1.1/", "four decimal numbers"),
        ("https://example.cn:99999/", "port from 1 to 65535"),
        ("https://example.cn:0/", "port from 1 to 65535"),
        ("https://example.cn:http/", "port from 1 to 65535"),
        ("https://example.cn/a b", "without blanks"),
        ("https://exam ple.cn/", "without blanks"),
        ("https://example.cn/\n", "without blanks"),
        ("https://example.cn\\@evil.example/", "backslashes"),
        ("https:///x", "name a host"),
        ("https://.example.cn/", "name a host"),
        ("https://[::1/", "with a host such as"),
    ],
)
def test_an_odd_url_is_refused_with_the_reason(url: str, sentence: str):
    with pytest.raises(ValueError, match=sentence):
        well_formed(url)


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("server.url", {"server": {"url": "http://127.1/"}}),
        ("model.url", {"model": {"provider": "custom-llm", "model": "m", "url": "http://127.1/"}}),
        (
            "model.tools.0.server.url",
            {
                "model": {
                    "provider": "scripted",
                    "tools": [
                        {"type": "function", "function": {"name": "f"}, "server": {"url": "http://127.1/"}}
                    ],
                }
            },
        ),
    ],
)
async def test_it_is_refused_wherever_it_is_written(
    client: httpx.AsyncClient, org: Org, place: str, body: dict[str, object]
):
    answer = await client.post("/v1/assistants", json=body, headers=org.headers)

    expected = f"{place} should have an address of four decimal numbers such as 203.0.113.7."
    assert (answer.status_code, answer.json()["message"]) == (400, [expected])
