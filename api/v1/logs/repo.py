"""SQL over what is kept anyway: the audit log, webhook deliveries, the events of calls."""

from dataclasses import dataclass
from typing import Any

from api.db.tx import TenantSession
from api.v1.logs.schemas import REACHABLE, Kind, LogQuery
from voice_engine.kernel.clock import epoch_ms

Json = dict[str, Any]

NOTABLE = ("session.started", "session.ended", "error", "provider.switched")
_SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}

_API = """SELECT l.created_at AS at, 'API' AS type, l.id, l.resource_id AS call_id, jsonb_build_object(
 'method', l.method, 'route', l.route, 'status', l.status, 'code', l.code, 'address', l.address,
 'requestId', l.request_id) AS facts FROM audit_logs l WHERE l.org_id = %(org)s"""
_WEBHOOK = """SELECT l.created_at AS at, 'Webhook' AS type, l.id, l.call_id, jsonb_build_object(
 'type', l.type, 'url', l.url, 'status', l.status, 'attempts', l.attempts, 'last', l.log -> -1) AS facts
 FROM webhook_deliveries l WHERE l.org_id = %(org)s"""
_CALL = """SELECT to_timestamp(l.at_ms / 1000.0) AS at, 'Call' AS type, l.session_id || ':' || l.seq AS id,
 l.call_id, jsonb_build_object('type', l.type, 'data', l.data, 'error', l.error, 'seconds', l.t) AS facts
 FROM call_events l WHERE l.org_id = %(org)s"""
_ENTRIES: dict[Kind, tuple[str, str, str]] = {  # the SELECT, its moment, its call
    "API": (_API, "l.created_at", "l.resource_id"),
    "Webhook": (_WEBHOOK, "l.created_at", "l.call_id"),
    "Call": (_CALL, "l.at_ms", "l.call_id"),
}
_FORGET = """WITH gone AS (DELETE FROM webhook_deliveries WHERE org_id = %(org)s
 AND status IN ('delivered', 'dead') AND created_at < %(before)s{call} RETURNING 1)
 SELECT count(*) FROM gone"""


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of rows (at, type, id, call id, facts), and how many there are, counted up to REACHABLE."""

    rows: list[tuple[Any, ...]]
    total: int


class Logs:
    """The log of one organisation."""

    def __init__(self, session: TenantSession) -> None:
        self._session = session

    def page(self, query: LogQuery, kinds: tuple[Kind, ...]) -> Entries:
        """Entries of these kinds, in the order that is asked for."""
        values: Json = {"org": self._session.org_id, "call": query.call_id, "notable": list(NOTABLE)}
        order = "DESC" if query.sort_order == "DESC" else "ASC"
        skip = (query.page - 1) * query.limit
        values |= {"limit": query.limit, "skip": skip, "reach": skip + query.limit, "most": REACHABLE}
        parts = [self._part(kind, query, values) for kind in kinds]
        near = " UNION ALL ".join(f"({sql} ORDER BY {at} {order} LIMIT %(reach)s)" for sql, at in parts)
        every = " UNION ALL ".join(f"(SELECT 1 FROM ({sql} LIMIT %(most)s) l)" for sql, _ in parts)
        rows = self._session.look(
            f"SELECT at, type, id, call_id, facts FROM ({near}) e ORDER BY at {order}, id {order}"
            " LIMIT %(limit)s OFFSET %(skip)s",
            values,
        )
        [[total]] = self._session.look(
            f"SELECT count(*) FROM (SELECT 1 FROM ({every}) a LIMIT %(most)s) b", values
        )
        return Entries(rows, int(total))

    def forget(self, call_id: str | None, before: Any) -> int:
        """Delete messages that are delivered or given up; how many."""
        call = " AND call_id = %(call)s" if call_id else ""
        values = {"org": self._session.org_id, "call": call_id, "before": before}
        [[count]] = self._session.look(_FORGET.format(call=call), values)
        return int(count)

    def _part(self, kind: Kind, query: LogQuery, values: Json) -> tuple[str, str]:
        sql, at, call = _ENTRIES[kind]
        for index, (column, bound, moment) in enumerate(query.window().bounds):
            if column == "created_at":
                name = f"{kind.lower()}{index}"
                values[name] = epoch_ms(moment) if kind == "Call" else moment
                sql += f" AND {at} {_SIGNS[bound]} %({name})s"
        if query.call_id is not None:
            sql += f" AND {call} = %(call)s"
        elif kind == "Call":
            sql += " AND l.type = ANY(%(notable)s)"
        return sql, at
