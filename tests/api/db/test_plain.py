"""Records without the ORM: the same rows, the same isolation, the same transaction."""

from datetime import timedelta

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, exc, text

from api.db.outbox import OutboxRow
from api.db.repo import Repo, Window
from api.db.tx import TenantSession, transaction
from tests.api.world import Org, SetClock, make_org
from voice_engine.kernel.errors import NotFound


class Tasks(Repo[OutboxRow]):
    row = OutboxRow
    noun = "task"


def put(session: TenantSession, task: str = "t") -> OutboxRow:
    return Tasks(session, session.org_id).put(task=task, args={"n": [1, None]}, available_at=session.now())


def test_a_record_has_what_the_row_has(engine: Engine, org: Org, clock: SetClock):
    with transaction(engine, org.id, clock=clock) as session:
        made = put(session)

    with transaction(engine, org.id, clock=clock) as session:
        shown = Tasks(session, org.id).show(made.id)
        row = Tasks(session, org.id).get(made.id)

    assert shown == made
    assert shown._asdict() == row.model_dump()  # type: ignore[attr-defined]


def test_a_record_of_another_organisation_is_not_found(engine: Engine, app: FastAPI, org: Org):
    other = make_org(app, "Other")
    with transaction(engine, other.id) as session:
        theirs = put(session)

    with transaction(engine, org.id) as session, pytest.raises(NotFound):
        Tasks(session, org.id).show(theirs.id)
    with transaction(engine, org.id) as session:
        assert session.look("SELECT id FROM outbox", {}) == []


def test_nobody_puts_a_row_into_another_organisation(engine: Engine, app: FastAPI, org: Org):
    other = make_org(app, "Other")

    with transaction(engine, org.id) as session:
        values = {"id": "x", "org_id": other.id, "task": "t", "args": {}, "available_at": session.now()}
        with pytest.raises(exc.ProgrammingError):
            session.insert_values(OutboxRow, values)


def test_what_is_asked_for_cannot_be_a_statement(engine: Engine, org: Org):
    evil = "'; DELETE FROM outbox; --\\"
    with transaction(engine, org.id) as session:
        made = put(session, task=evil)

    with transaction(engine, org.id) as session:
        with pytest.raises(NotFound):
            Tasks(session, org.id).show(evil)
        assert [row.task for row in Tasks(session, org.id).shown(task=evil)] == [made.task]


def test_an_error_takes_back_what_was_put(engine: Engine, org: Org):
    def attempt() -> None:
        with transaction(engine, org.id) as session:
            put(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        attempt()

    with transaction(engine, org.id) as session:
        assert Tasks(session, org.id).shown() == []


def test_the_orm_joins_the_transaction_that_was_begun_without_it(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        made = put(session)
        row = Tasks(session, org.id).get(made.id)
        Tasks(session, org.id).change(row, task="changed")
        shown = Tasks(session, org.id).show(made.id)
        unseen = count_behind(engine, org)

    assert shown.task == "changed"
    assert unseen == 0
    assert count_behind(engine, org) == 1


def count_behind(engine: Engine, org: Org) -> int:
    with transaction(engine, org.id) as session:
        return int(session.look("SELECT count(*) FROM outbox", {})[0][0])


def test_what_waits_to_be_flushed_is_seen(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        session.add(OutboxRow(org_id=org.id, task="waiting", args={}, available_at=session.now()))

        assert [row.task for row in Tasks(session, org.id).shown()] == ["waiting"]


def test_a_row_can_be_put_after_a_look(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        Tasks(session, org.id).shown()
        put(session)

    assert count_behind(engine, org) == 1


def test_lists_of_records_are_windows(engine: Engine, org: Org, clock: SetClock):
    moments = []
    for task in "abcd":
        with transaction(engine, org.id, clock=clock) as session:
            moments.append(put(session, task).created_at)
        clock.advance(1)

    def tasks(*bounds: tuple[object, object, object], limit: int = 3) -> str:
        with transaction(engine, org.id) as session:
            window = Window(limit, bounds)  # type: ignore[arg-type]
            return "".join(row.task for row in Tasks(session, org.id).shown(window))

    assert tasks() == "dcb"
    assert tasks(("created_at", "gt", moments[1]), ("updated_at", "lt", moments[3])) == "c"
    assert tasks(("created_at", "ge", moments[3]), ("created_at", "le", moments[3])) == "d"
    assert tasks(("created_at", "gt", moments[3] + timedelta(days=1))) == ""
    assert tasks(limit=0) == ""


def test_one_look_is_one_round_trip_and_leaves_no_organisation_behind(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        seen = session.look("SELECT current_setting('app.org_id')", {})

    with engine.connect() as connection:
        left = connection.execute(text("SELECT current_setting('app.org_id', true)")).scalar()

    assert seen == [(org.id,)]
    assert not left


def test_a_connection_that_is_lost_does_not_go_back_to_the_pool(engine: Engine, owner: Engine, org: Org):
    lost: list[object] = []
    event.listen(engine, "invalidate", lambda *args: lost.append(args))

    def attempt() -> None:
        with transaction(engine, org.id) as session:
            put(session)
            ((pid,),) = session.look("SELECT pg_backend_pid()", {})
            with owner.connect() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            put(session)

    with pytest.raises(exc.OperationalError) as caught:
        attempt()

    assert isinstance(caught.value.orig, psycopg.OperationalError)
    assert len(lost) == 1
    assert count_behind(engine, org) == 0
