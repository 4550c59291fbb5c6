"""A repository sees one organisation; rows are stamped; lists are windows."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from api.db.outbox import OutboxRow
from api.db.repo import Repo, Window
from api.db.tx import TenantSession, transaction
from tests.api.world import Org, SetClock, make_org
from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.ids import new_id


class Tasks(Repo[OutboxRow]):
    row = OutboxRow
    noun = "odd task"


def add(session: TenantSession, task: str = "t") -> OutboxRow:
    row = OutboxRow(org_id=session.org_id, task=task, args={}, available_at=session.now())
    return Tasks(session, session.org_id).add(row)


def test_a_row_is_stamped_when_it_is_born_and_when_it_changes(engine: Engine, org: Org, clock: SetClock):
    clock.advance(0.0015)
    born = clock.wall().replace(microsecond=1000)
    with transaction(engine, org.id, clock=clock) as session:
        row = add(session)
        first = (row.created_at, row.updated_at, row.version)
    clock.advance(60)

    with transaction(engine, org.id, clock=clock) as session:
        tasks = Tasks(session, org.id)
        changed = tasks.change(tasks.get(row.id), task="u")

    assert first == (born, born, 1)
    assert (changed.created_at, changed.updated_at, changed.version) == (born, session.now(), 2)


def test_changing_nothing_stamps_nothing(engine: Engine, org: Org, clock: SetClock):
    with transaction(engine, org.id, clock=clock) as session:
        row = add(session)
    clock.advance(60)

    with transaction(engine, org.id, clock=clock) as session:
        tasks = Tasks(session, org.id)
        same = tasks.change(tasks.get(row.id), task="t")

    assert (same.version, same.updated_at) == (1, row.updated_at)


def test_missing_and_foreign_rows_are_equally_not_found(app: FastAPI, engine: Engine, org: Org):
    other = make_org(app, "Third")
    with transaction(engine, other.id) as session:
        foreign = add(session).id

    for id in (foreign, new_id(), "no id", ""):
        with transaction(engine, org.id) as session:
            for look in (
                Tasks(session, org.id).get,
                Tasks(session, org.id).lock,
                Tasks(session, org.id).delete,
            ):
                with pytest.raises(NotFound) as caught:
                    look(id)
                assert caught.value.code == "odd_task_not_found"


def test_a_repository_cannot_be_opened_for_another_organisation_than_its_session(engine: Engine, org: Org):
    with transaction(engine, org.id) as session, pytest.raises(ValueError):
        Tasks(session, new_id())


def test_a_list_is_a_window_newest_first(engine: Engine, org: Org, clock: SetClock):
    start = clock.wall()
    with transaction(engine, org.id, clock=clock) as session:
        for name in "abcde":
            add(session, name)
            clock.advance(1)

    def names(**bounds: float) -> str:
        given = tuple(
            (column, bound, start + timedelta(seconds=at))
            for key, at in bounds.items()
            for column, bound in [key.rsplit("_", 1)]
        )
        with transaction(engine, org.id) as session:
            return "".join(row.task for row in Tasks(session, org.id).list(Window(3, given)))

    assert names() == "edc"
    assert names(created_at_lt=2) == "ba"
    assert names(created_at_le=2) == "cba"
    assert names(created_at_gt=3) == "e"
    assert names(created_at_ge=3) == "ed"
    assert names(created_at_ge=1, updated_at_lt=3) == "cb"


def test_a_window_of_nothing_is_empty(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        add(session)
        assert Tasks(session, org.id).list(Window(0)) == []


def test_rows_can_be_filtered_besides(engine: Engine, org: Org):
    with transaction(engine, org.id) as session:
        add(session, "a")
        add(session, "b")
        found = Tasks(session, org.id).list(Window(), OutboxRow.task == "b")

    assert [row.task for row in found] == ["b"]
