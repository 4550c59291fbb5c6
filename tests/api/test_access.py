"""Two tenants × every role × every kind of key × every operation: allowed, refused or invisible."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from redis import Redis

from api.db.tx import transaction
from api.http.caller import Caller
from api.http.jwt import Claims
from api.http.keyring import PRIVATE
from api.http.scopes import NOUNS, PUBLIC, ROLES, covers
from api.v1.api_keys import service as api_keys
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate
from api.v1.members.model import LoginRow
from api.v1.members.repo import Logins
from api.v1.organizations.repo import Organizations
from api.v1.organizations.service import OrganizationService
from tests.api.access import ACCESS
from tests.api.v1.calls.engines import register
from tests.api.world import Org, make_member
from voice_engine.kernel.ids import new_id

REFUSALS = {"api_key_missing", "public_key_not_allowed", "login_needed", "scope_missing"}
ENDS_THE_LOGIN = ("/v1/auth/logout", "/v1/members/me", "/org/{id}/leave")
SKIPPED = ("/metrics", "/ready")  # of no tenant, and slow
SCRIPTED = {"provider": "scripted"}


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    method: str
    path: str
    needs: str

    @property
    def url(self) -> str:
        """A URL of the route that leads to nothing there is."""
        return re.sub(r"\{[^}]*\}", new_id(), self.path)

    def allows(self, kind: str, scopes: frozenset[str]) -> bool:
        """Whether a caller of this kind with these scopes may ask."""
        if self.needs == "open":
            return True
        if self.needs in ("member", "anyone"):
            return kind == "member" or (self.needs == "anyone" and kind == "private")
        *public, scope = self.needs.split()
        return covers(scopes, scope) and (bool(public) or kind in ("member", "private"))


LINES = [Line(*line.split(None, 2)) for line in ACCESS.strip().splitlines()]


def routes(app: FastAPI) -> Iterator[tuple[str, str, Any]]:
    """Every route's method, path and handler."""
    for route in _flat(app.router.routes):
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield method, route.path, route.endpoint


def _flat(found: Any) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes)


def test_every_route_is_in_the_table_and_nothing_else_is(app: FastAPI):
    listed = {(line.method, line.path) for line in LINES}
    there = list(routes(app))
    known = {endpoint for method, path, endpoint in there if (method, path) in listed}

    unlisted = [f"{method} {path}" for method, path, endpoint in there if endpoint not in known]

    assert unlisted == [], "say in tests/api/access.py who may ask for these"
    assert listed == {(method, path) for method, path, _ in there} & listed
    assert len(listed) == len(LINES)


def test_every_scope_is_about_a_noun_that_is_documented():
    scopes = {line.needs.split()[-1] for line in LINES} - {"open", "member", "anyone"}

    assert {scope.partition(":")[0] for scope in scopes} <= NOUNS.keys()


@dataclass(frozen=True)
class Asking:
    """Somebody who asks, and what they hold."""

    name: str
    kind: str
    scopes: frozenset[str]
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@pytest.fixture
def everybody(app: FastAPI, org: Org) -> list[Asking]:
    """One of each role, one of each kind of key, and nobody."""
    members = [Asking(role, "member", scopes, _login(app, org, role)) for role, scopes in ROLES.items()]
    keys = [
        Asking("private key", "private", frozenset({"*"}), org.private_key),
        Asking("public key", "public", PUBLIC, org.public_key),
        Asking("reading key", "private", frozenset({"*:read"}), _key(app, org, "*:read")),
        Asking("key for calls", "private", frozenset({"calls:*"}), _key(app, org, "calls:*")),
        Asking("private JWT", "private", PRIVATE, _signed(app, org, "private")),
        Asking("public JWT", "public", PUBLIC, _signed(app, org, "public")),
    ]
    return [*members, *keys, Asking("nobody", "nobody", frozenset(), "")]


async def test_who_differs_most_may_what_they_may_and_nothing_else(
    client: httpx.AsyncClient, everybody: list[Asking]
):
    few = [who for who in everybody if who.name in ("billing", "public key", "key for calls", "nobody")]

    assert await _wrongly_answered(client, few) == []


@pytest.mark.slow
async def test_everybody_may_what_they_may_and_nothing_else(
    client: httpx.AsyncClient, everybody: list[Asking]
):
    assert await _wrongly_answered(client, everybody) == []


async def _wrongly_answered(client: httpx.AsyncClient, callers: list[Asking]) -> list[str]:
    """Whoever was let in where they should not be, or was not where they should."""
    lines = sorted(
        (line for line in LINES if line.path not in SKIPPED), key=lambda line: line.path in ENDS_THE_LOGIN
    )

    wrong = []
    for who in callers:
        for line in lines:
            if (await _is_let_in(client, line, who)) != line.allows(who.kind, who.scopes):
                wrong.append(f"{who.name}: {line.method} {line.path} ({line.needs})")
    return wrong


async def _is_let_in(client: httpx.AsyncClient, line: Line, who: Asking) -> bool:
    body = {"json": {}} if line.method in ("POST", "PATCH", "PUT") else {}
    answer = await client.request(line.method, line.url, headers=who.headers, **body)
    assert answer.status_code < 500, f"{line}: {answer.text}"
    if answer.status_code not in (401, 403):
        return True
    return answer.json()["code"] not in REFUSALS


THINGS: dict[str, dict[str, Any]] = {
    "/v1/assistants": {"name": "A", "model": SCRIPTED},
    "/v1/squads": {"name": "S", "members": [{"assistant": {"name": "A", "model": SCRIPTED}}]},
    "/v1/calls": {"assistant": {"model": SCRIPTED}, "transport": {"provider": "vapi.websocket"}},
    "/v1/sessions": {"assistant": {"model": SCRIPTED}},
    "/v1/chats": {"assistant": {"model": SCRIPTED}, "input": "hello"},
    "/v1/conversations": {"assistant": {"model": SCRIPTED}},
    "/v1/tools": {"type": "endCall"},
    "/v1/knowledge-bases": {"name": "K"},
    "/v1/phone-numbers": {"provider": "vapi", "sipUri": "sip:a-b-c@sip.localhost"},
    "/v1/credentials": {"provider": "openai", "apiKey": "sk-x"},
    "/v1/structured-outputs": {"name": "O", "type": "ai", "schema": {"type": "string"}},
    "/v1/api-keys": {},
    "/v1/members": {"email": "m@example.cn", "name": "M", "password": "Correct-Horse-7"},
    "/v1/invitations": {"email": "i@example.cn"},
}


@pytest.fixture
async def things(client: httpx.AsyncClient, org: Org, redis: Redis) -> dict[str, str]:
    """One of each thing that `org` has: its list's path and its id."""
    register(redis)
    found = {}
    for path, body in THINGS.items():
        answer = await client.post(path, headers=org.headers, json=body)
        assert answer.status_code == 201, f"{path}: {answer.text}"
        found[path] = answer.json()["id"]
    return found


async def test_what_another_tenant_has_does_not_exist(
    client: httpx.AsyncClient, app: FastAPI, other_org: Org, org: Org, things: dict[str, str]
):
    wrong = []
    for line in LINES:
        head, _, rest = line.path.partition("/{")
        if head not in things or rest.partition("}")[0] not in ("id", "call_id"):
            continue
        url = re.sub(r"\{[^}]*\}", new_id(), line.path.replace("{id}", things[head], 1))
        body = {"json": {}} if line.method in ("POST", "PATCH", "PUT") else {}
        answer = await client.request(line.method, url, headers=other_org.headers, **body)
        invisible = {404} if line.method in ("GET", "DELETE") else {400, 404}
        if answer.status_code not in invisible:
            wrong.append(f"{line.method} {line.path}: {answer.status_code} {answer.text}")

    assert wrong == []
    for path, id in things.items():
        listed = await client.get(path, headers=other_org.headers)
        mine = await client.get(f"{path}/{id}", headers=org.headers)
        assert id not in listed.text, path
        assert mine.status_code == 200, f"{path}: {mine.text}"


async def test_everything_that_can_be_changed_has_a_version_that_is_heeded(
    client: httpx.AsyncClient, org: Org, things: dict[str, str]
):
    changed = {line.path for line in LINES if line.method == "PATCH"}

    wrong = []
    for path, id in things.items():
        if f"{path}/{{id}}" not in changed:
            continue
        url = f"{path}/{id}"
        read = await client.get(url, headers=org.headers)
        body = (await client.get(url, headers=org.headers)).json()
        wish = {"name": "New"} if "name" in body or path != "/v1/tools" else {"messages": []}
        stale = await client.patch(url, headers={**org.headers, "If-Match": '"77"'}, json=wish)
        right = await client.patch(
            url, headers={**org.headers, "If-Match": read.headers.get("etag", "")}, json=wish
        )
        if (read.headers.get("etag"), stale.status_code, right.status_code) != ('"1"', 409, 200):
            wrong.append(f"{url}: {read.headers.get('etag')} {stale.text} {right.text}")

    assert wrong == []


def _login(app: FastAPI, org: Org, role: str) -> str:
    """An access token of somebody with this role; without hashing a password anew."""
    wiring = app.state.wiring
    wish = {"email": f"{role}@{org.id[-8:]}.cn", "name": role, "role": role, "password": "Correct-Horse-7"}
    member = make_member(app, org, **wish)
    with transaction(wiring.engine, org.id, clock=wiring.clock) as session:
        row = Logins(session, org.id).add(LoginRow(org_id=org.id, member_id=member["id"]))
    claims = Claims(org.id, member["id"], row.id)
    token: str = wiring.doorman.access_tokens.sign(claims, now=wiring.clock.wall())
    return token


def _key(app: FastAPI, org: Org, scope: str) -> str:
    wiring = app.state.wiring
    root = Caller(org.id, "private", "test", frozenset({"*"}))
    with transaction(wiring.engine, org.id, clock=wiring.clock) as session:
        keys = ApiKeys(session, org.id)
        return api_keys.create(keys, ApiKeyCreate(scopes=[scope]), root, wiring.doorman).value


def _signed(app: FastAPI, org: Org, tag: str) -> str:
    wiring = app.state.wiring
    root = Caller(org.id, "private", "test", frozenset({"*"}))
    with transaction(wiring.engine, org.id, clock=wiring.clock) as session:
        service = OrganizationService(Organizations(session, org.id), wiring.settings.secret_bytes)
        secret = service.new_signing_secret(org.id, root)["value"]
    exp = int((wiring.clock.wall() + timedelta(hours=1)).timestamp())
    claims = {"orgId": org.id, "exp": exp, "token": {"tag": tag}}
    return jwt.encode(claims, secret, algorithm="HS256")
