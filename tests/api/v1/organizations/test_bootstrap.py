"""The demo organisation: the same one at every start, and only in development."""

import stat
from pathlib import Path

import httpx
import orjson
import pytest
from sqlalchemy import Engine, text

from api.settings import ApiSettings
from api.v1.organizations.bootstrap import bootstrap
from tests.api.world import SetClock
from voice_engine.kernel.errors import Forbidden


@pytest.fixture
def own(settings: ApiSettings, tmp_path: Path) -> ApiSettings:
    return settings.model_copy(update={"data_dir": tmp_path / "data"})


def rows(owner: Engine) -> tuple[int, int, int]:
    statement = (
        "SELECT (SELECT count(*) FROM organizations), (SELECT count(*) FROM api_keys),"
        " (SELECT count(*) FROM members)"
    )
    with owner.connect() as connection:
        return tuple(connection.execute(text(statement)).one())


async def test_the_demo_keys_work(
    client: httpx.AsyncClient, engine: Engine, own: ApiSettings, clock: SetClock
):
    demo = bootstrap(engine, own, clock=clock)

    headers = {"Authorization": f"Bearer {demo.private_key}"}
    answer = await client.get("/v1/organizations/current", headers=headers)

    assert answer.json()["id"] == demo.org_id
    assert demo.public_key.startswith("pk_")


def test_a_second_start_finds_the_same_and_tells_no_password(
    engine: Engine, own: ApiSettings, owner: Engine, clock: SetClock
):
    first = bootstrap(engine, own, clock=clock)

    second = bootstrap(engine, own, clock=clock)

    assert (second.org_id, second.private_key, second.public_key) == (
        first.org_id,
        first.private_key,
        first.public_key,
    )
    assert first.owner_password is not None
    assert second.owner_password is None
    assert rows(owner) == (1, 2, 1)


async def test_the_owner_can_log_in_with_the_password_that_was_told(
    client: httpx.AsyncClient, engine: Engine, own: ApiSettings, clock: SetClock
):
    demo = bootstrap(engine, own, clock=clock)

    wish = {"email": demo.owner_email, "password": demo.owner_password}
    answer = await client.post("/v1/auth/login", json=wish)

    assert answer.status_code == 200


def test_the_file_is_for_us_alone_and_holds_no_password(engine: Engine, own: ApiSettings, clock: SetClock):
    demo = bootstrap(engine, own, clock=clock)

    path = own.data_dir / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo.owner_password is not None
    assert demo.owner_password not in path.read_text()


def test_an_emptied_database_is_filled_again_with_the_same_keys(
    engine: Engine, own: ApiSettings, owner: Engine, clock: SetClock
):
    first = bootstrap(engine, own, clock=clock)
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM organizations"))

    second = bootstrap(engine, own, clock=clock)

    assert second.private_key == first.private_key
    assert rows(owner) == (1, 2, 1)


def test_what_furnishing_returns_is_kept_in_the_file(engine: Engine, own: ApiSettings, clock: SetClock):
    bootstrap(engine, own, clock=clock, furnish=lambda session, org_id: {"assistantId": f"a of {org_id}"})

    kept = orjson.loads((own.data_dir / "demo.json").read_bytes())

    assert kept["assistantId"] == f"a of {kept['orgId']}"


def test_production_has_no_demo(engine: Engine, own: ApiSettings):
    production = own.model_copy(update={"environment": "production"})

    with pytest.raises(Forbidden):
        bootstrap(engine, production)

    assert not production.data_dir.exists()
