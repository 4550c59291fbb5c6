"""Where a service is, and who vouches for it."""

import hmac
from typing import Any

import pytest

from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.places import Place, place

HOME = "https://vendor.example"


def of(base_url: str = "", **options: Any) -> Place:
    return place(ProviderConfig(base_url=base_url, options=options), "service", HOME)


def test_a_tenants_address_comes_before_the_platforms_and_that_before_the_vendors():
    assert (
        of(url="https://tenant.example", base_url="https://gateway.example").url == "https://tenant.example"
    )
    assert of(base_url="https://gateway.example/").url == "https://gateway.example"
    assert of().url == HOME


def test_only_a_tenants_address_is_guarded():
    assert of(url="https://tenant.example", allowedTargets=("10.0.0.0/8",)).guard == ("10.0.0.0/8",)
    assert of(server={"url": "https://tenant.example"}).guard == ()
    assert of(base_url="http://10.0.0.1").guard is None


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.example", "https://a.example/v1/audio/speech"),
        ("https://a.example/", "https://a.example/v1/audio/speech"),
        ("https://a.example/openai/v1", "https://a.example/openai/v1/audio/speech"),
        ("https://a.example/v1?key=7", "https://a.example/v1/audio/speech?key=7"),
    ],
)
def test_a_resource_is_under_the_addresss_own_path_or_the_usual_one(base: str, url: str):
    assert of(base_url=base).at("/audio/speech", "/v1").url == url


def test_a_socket_has_the_scheme_of_sockets_whichever_way_it_is_written():
    assert of(url="wss://tenant.example/ears").socket == "wss://tenant.example/ears"
    assert of(base_url="http://funasr:10095").socket == "ws://funasr:10095"


def test_the_secret_of_a_server_travels_as_a_header_and_is_never_shown():
    found = of(server={"url": "https://tenant.example", "secret": "s-1", "headers": {"X-For": "li"}})

    assert found.headers == {"X-For": "li", "X-Vapi-Secret": "s-1"}
    assert "s-1" not in repr(found)


@pytest.mark.parametrize(
    ("server", "names"),
    [
        ({"url": "http://127.0.0.1"}, "private network"),
        ({"url": "file:///etc/passwd"}, "http"),
        ({"url": "https://tenant.example", "headers": {"X": "a\r\nb"}}, "header"),
        ({"url": "https://tenant.example", "headers": {"": "a"}}, "header"),
        ({"url": "https://tenant.example", "headers": ["a"]}, "header"),
    ],
)
def test_what_cannot_be_reached_or_sent_is_refused(server: dict[str, Any], names: str):
    with pytest.raises(BadRequest, match=names):
        of(server=server)


# ── a server's credential ────────────────────────────────────────────────────────────────────────────


def proven(plan: dict[str, Any], secrets: dict[str, str], **server: Any) -> Place:
    return of(server={"url": "https://tenant.example", "proof": {"plan": plan, "secrets": secrets}, **server})


async def test_a_credential_is_shown_and_the_servers_own_headers_win():
    token = proven({"type": "bearer"}, {"token": "t-1"}, headers={"X-For": "li"})
    own = proven({"type": "bearer"}, {"token": "t-1"}, headers={"authorization": "mine"})

    assert await token.shown() == {"X-For": "li", "Authorization": "Bearer t-1"}
    assert await own.shown() == {"authorization": "mine"}
    assert "t-1" not in repr(token)


async def test_a_signature_is_over_the_very_bytes():
    place = proven({"type": "hmac", "algorithm": "sha256", "includeTimestamp": False}, {"secretKey": "k"})

    assert (await place.shown(b"body"))["x-signature"] == hmac.digest(b"k", b"body", "sha256").hex()


async def test_where_no_token_is_to_be_had_the_account_is_at_fault():
    plan = {"type": "oauth2", "url": "http://169.254.169.254/", "clientId": "me"}

    with pytest.raises(ProviderError) as refused:
        await proven(plan, {"clientSecret": "s"}).shown()

    assert refused.value.kind == "auth"
