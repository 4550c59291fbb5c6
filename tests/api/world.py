"""What tests of the API act with: a clock that is set, and organisations with keys."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from api.db.tx import transaction
from api.http.caller import Caller
from api.http.secrets import KeyKind
from api.v1.api_keys import service as api_keys
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate
from api.v1.members import service as members
from api.v1.members.repo import Members
from api.v1.members.schemas import MemberCreate, MemberRead
from api.v1.organizations.repo import Organizations
from voice_engine.kernel.ids import new_id


class SetClock:
    """Shows what it was set to: 2026-11-20 12:00 UTC until a test moves it."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._now = 1000.0
        self._wall = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return self._wall

    def advance(self, seconds: float) -> None:
        self._now += seconds
        self._wall += timedelta(seconds=seconds)


@dataclass
class Org:
    """An organisation to act in."""

    id: str
    private_key: str
    public_key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.private_key}"}

    @property
    def public_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.public_key}"}


def make_org(app: FastAPI, name: str) -> Org:
    """An organisation with one private and one public key that may do all that such keys may."""
    wiring = app.state.wiring
    org_id = new_id()
    root = Caller(org_id, "private", "test", frozenset({"*"}))
    with transaction(wiring.engine, org_id, clock=wiring.clock) as session:
        Organizations(session, org_id).create(name)
        keys = ApiKeys(session, org_id)
        kinds: tuple[KeyKind, ...] = ("private", "public")
        made = [api_keys.create(keys, ApiKeyCreate(kind=k), root, wiring.doorman).value for k in kinds]
    return Org(org_id, *made)


def make_member(app: FastAPI, org: Org, **wish: Any) -> dict[str, Any]:
    """A person of any role, as it is answered; `wish` as for POST /v1/members."""
    wiring = app.state.wiring
    owner = Caller(org.id, "member", "test", frozenset({"*"}), role="owner")
    with transaction(wiring.engine, org.id, clock=wiring.clock) as session:
        row = members.create(Members(session, org.id), MemberCreate.model_validate(wish), owner)
        return MemberRead.model_validate(row).model_dump(mode="json", by_alias=True)


async def posted(client: httpx.AsyncClient, org: Org, path: str, body: Any = None, status: int = 201) -> Any:
    """What is answered; anything but `status` fails the test."""
    answer = await client.post(path, json=body, headers=org.headers)
    assert answer.status_code == status, answer.text
    return answer.json()
