"""A transaction is whole or nothing, survives a restarted server, and tells what was committed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError

from api.db.outbox import OutboxRow, due, enqueue
from api.db.tx import TenantSession, transaction
from tests.api.world import Org, SetClock
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.ids import new_id


def count(engine: Engine, org: Org) -> int:
    with transaction(engine, org.id) as session:
        found = session.connection().execute(text("SELECT count(*) FROM outbox")).scalar()
        assert isinstance(found, int)
        return found


def fail_after(
    engine: Engine,
    org: Org,
    act: Callable[[TenantSession], object],
    error: type[Exception] = RuntimeError,
) -> None:
    """A transaction in which `act` is done, and which then fails if `act` did not."""

    def attempt() -> None:
        with transaction(engine, org.id) as session:
            act(session)
            session.flush()
            raise RuntimeError

    with pytest.raises(error):
        attempt()


def test_an_error_takes_everything_back(engine: Engine, org: Org):
    fail_after(engine, org, lambda session: enqueue(session, org.id, "never"))

    assert count(engine, org) == 0


def test_a_savepoint_can_be_taken_back_alone(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        enqueue(session, org.id, "kept")
        savepoint = session.begin_nested()
        enqueue(session, org.id, "dropped")
        savepoint.rollback()

    assert count(engine, org) == 1


def test_a_session_nobody_uses_takes_no_connection(engine: Engine, org: Org):
    taken: list[object] = []
    event.listen(engine, "checkout", lambda *args: taken.append(args))

    with transaction(engine, org.id):
        pass

    assert taken == []


def test_connections_the_server_closed_are_not_used(engine: Engine, owner: Engine, org: Org):
    count(engine, org)
    with owner.connect() as connection:
        ended = connection.execute(
            text(
                "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        ).scalar()

    assert ended
    assert count(engine, org) == 0


def test_a_connection_lost_in_mid_transaction_is_an_error_and_the_next_is_fine(
    engine: Engine, owner: Engine, org: Org
):
    def cut(session: TenantSession) -> None:
        pid = session.connection().execute(text("SELECT pg_backend_pid()")).scalar()
        with owner.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        session.connection().execute(text("SELECT 1"))

    fail_after(engine, org, cut, OperationalError)

    assert count(engine, org) == 0


def test_a_task_is_sent_after_the_commit_and_not_before(engine: Engine, org: Org):
    sent: list[tuple[str, str, str]] = []
    with transaction(engine, org.id) as session:
        session.info["send"] = lambda *what: sent.append(what)
        id = enqueue(session, org.id, "greet", name="梅")
        session.flush()
        before = list(sent)

    with transaction(engine, org.id) as session:
        row = session.get_one(OutboxRow, id)

    assert before == []
    assert sent == [(id, org.id, "greet")]
    assert (row.task, row.args, row.attempts, row.done_at) == ("greet", {"name": "梅"}, 0, None)


def test_a_task_of_a_failed_transaction_is_never_sent(engine: Engine, org: Org):
    sent: list[object] = []

    def act(session: TenantSession) -> None:
        session.info["send"] = lambda *what: sent.append(what)
        enqueue(session, org.id, "greet")

    fail_after(engine, org, act)

    assert sent == []


def test_a_sender_that_fails_loses_nothing(engine: Engine, org: Org, clock: SetClock):
    def refuse(*_: str) -> None:
        raise ConnectionError

    with transaction(engine, org.id, clock=clock) as session:
        session.info["send"] = refuse
        id = enqueue(session, org.id, "greet")

    assert [(d.id, d.org_id, d.task) for d in due(engine, clock.wall())] == [(id, org.id, "greet")]


def test_only_due_and_undone_tasks_are_swept_oldest_first(
    engine: Engine, org: Org, other_org: Org, clock: SetClock
):
    now = clock.wall()
    ids = {}
    for who, name, delay in (
        (org, "first", 0),
        (other_org, "second", 1),
        (org, "later", 60),
        (org, "done", 0),
    ):
        with transaction(engine, who.id, clock=clock) as session:
            clock.advance(delay)
            ids[name] = enqueue(session, who.id, name)
            session.flush()
            if name == "done":
                session.get_one(OutboxRow, ids[name]).done_at = session.now()

    moment = now.replace(second=2)

    assert [d.id for d in due(engine, moment)] == [ids["first"], ids["second"]]
    assert [d.id for d in due(engine, moment, limit=1)] == [ids["first"]]


def test_sessions_in_many_threads_keep_to_their_own(engine: Engine, org: Org, other_org: Org):
    gate = threading.Barrier(8)

    def look(who: Org) -> list[str]:
        gate.wait(10)
        seen = []
        for _ in range(20):
            with transaction(engine, who.id) as session:
                seen += session.connection().execute(text("SELECT id FROM organizations")).scalars().all()
        return seen

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(look, [org, other_org] * 4))

    assert found == [[org.id] * 20, [other_org.id] * 20] * 4


def test_a_closed_session_gives_its_connection_back(engine: Engine, org: Org):
    session = TenantSession(engine, org.id, SystemClock())
    session.connection()
    session.close()

    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]


# ── fewer round trips ────────────────────────────────────────────────────────────────────────────────

NAMES = "SELECT name FROM organizations WHERE id = %(org)s"
TASKS = "SELECT task FROM outbox WHERE org_id = %(org)s"


def last(session: TenantSession, org: Org) -> None:
    values = {"id": new_id(), "org_id": org.id, "task": "last", "args": {}, "available_at": session.now()}
    session.insert_last(OutboxRow, values)


def test_what_was_looked_for_ahead_is_there(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        session.ahead((NAMES, {"org": org.id}), (TASKS, {"org": org.id}))
        with transaction(engine, org.id) as meanwhile:
            enqueue(meanwhile, org.id, "too late to be seen")
        found = session.look(NAMES, {"org": org.id}), session.look(TASKS, {"org": org.id})

    assert found == ([("Mine",)], [])


def test_what_was_looked_for_ahead_is_told_once_and_for_its_values_only(
    engine: Engine, org: Org, other_org: Org
):
    with transaction(engine, org.id) as session:
        session.ahead((NAMES, {"org": org.id}))

        other = session.look(NAMES, {"org": other_org.id})
        again = session.look(NAMES, {"org": org.id})

    assert (other, again) == ([], [("Mine",)])


def test_looking_ahead_sees_one_organisation(engine: Engine, org: Org, other_org: Org):
    with transaction(engine, org.id) as session:
        session.ahead((NAMES, {"org": other_org.id}))

        assert session.look(NAMES, {"org": other_org.id}) == []


def test_looking_ahead_in_a_transaction_is_left_to_the_looks(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        enqueue(session, org.id, "first")
        session.flush()
        session.ahead((TASKS, {"org": org.id}))

        assert session.look(TASKS, {"org": org.id}) == [("first",)]


def test_a_last_row_is_written_with_the_commit(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        last(session, org)
        unseen = count(engine, org)

    assert (unseen, count(engine, org)) == (0, 1)


@pytest.mark.parametrize("orm", [True, False])
def test_a_last_row_that_was_not_the_last_is_there_for_what_follows(engine: Engine, org: Org, orm: bool):
    with transaction(engine, org.id) as session:
        last(session, org)
        found = (
            session.connection().execute(text("SELECT task FROM outbox")).all()
            if orm
            else session.look(TASKS, {"org": org.id})
        )

    assert ([tuple(row) for row in found], count(engine, org)) == ([("last",)], 1)


def test_a_last_row_goes_with_the_statement_of_the_commit(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        last(session, org)
        session.at_commit("UPDATE outbox SET attempts = 7 WHERE org_id = %(org)s", {"org": org.id})

    with transaction(engine, org.id) as session:
        assert session.look("SELECT attempts FROM outbox", {}) == [(7,)]


def test_an_error_takes_a_last_row_back(engine: Engine, org: Org):
    fail_after(engine, org, lambda session: last(session, org))

    assert count(engine, org) == 0
