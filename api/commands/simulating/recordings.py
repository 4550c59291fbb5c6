"""A recorded call of this installation: its spec and its ordered events, straight from the database."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from api.db import migrate
from api.db.engine import not_migrated, owner_engine
from api.jobs.event_log import CallEventRow
from api.launcher.settings import LauncherSettings
from api.launcher.stores import open_database
from api.v1.calls.model import CallRow
from voice_engine.kernel.errors import NotFound, Unavailable
from voice_engine.kernel.events import Event
from voice_engine.spec import SessionSpec


def recording(settings: LauncherSettings, call_id: str) -> tuple[SessionSpec, Sequence[Event]]:
    """Raises NotFound for a call that is not here or was never talked in, Unavailable without a database."""
    with open_database(settings) as url:
        engine = owner_engine(url)
        try:
            if migrate.current(engine) != migrate.heads():
                raise not_migrated()
            with Session(engine) as session:
                return _read(session, call_id)
        finally:
            engine.dispose()


def _read(session: Session, call_id: str) -> tuple[SessionSpec, Sequence[Event]]:
    call = session.get(CallRow, call_id)
    if call is None:
        raise NotFound("call_not_found", f"There is no call {call_id} in this installation's database.")
    wanted = select(CallEventRow).where(
        CallEventRow.session_id == call.session_id, col(CallEventRow.error).is_(None)
    )
    rows = session.exec(wanted.order_by(col(CallEventRow.seq))).all()
    if not rows:
        raise NotFound("call_without_events", f"Nothing was said in call {call_id}: it has no events.")
    if call.status != "ended":
        raise Unavailable("call_is_live", f"Call {call_id} has not ended yet; replay it afterwards.")
    return SessionSpec.model_validate(call.spec), [row.event() for row in rows]
