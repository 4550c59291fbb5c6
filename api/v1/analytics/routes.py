"""`/v1/analytics`, and Vapi's `/analytics`."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api.http.answers import json_answer
from api.http.caller import Caller
from api.http.deps import Db, Time, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.analytics import service
from api.v1.analytics.repo import Turns
from api.v1.analytics.schemas import (
    Analytics,
    AnalyticsResult,
    Latency,
    LatencyQuery,
    VendorQuery,
    Vendors,
)
from api.v1.analytics.vendors import vendors as vendors_seen
from voice_engine.kernel.errors import BadRequest, Forbidden, Unauthorized, Unavailable

router = Resource("/v1/analytics", tag="Analytics")
Reader = Annotated[Caller, Depends(needs("analytics:read"))]


@router.get("/latency", response_model=Latency, responses=errors(BadRequest, Unauthorized, Forbidden))
def latency(query: Annotated[LatencyQuery, Query()], db: Db, who: Reader, time: Time) -> Latency:
    """How long callers waited for answers: percentiles of mouth-to-ear and of its segments, in ms."""
    return service.latency(Turns(db, who.org_id), query, time.wall())


@router.get("/vendors", response_model=Vendors, responses=errors(BadRequest, Unauthorized, Forbidden))
def vendors(
    query: Annotated[VendorQuery, Query()], who: Reader, request: Request, db: Db, time: Time
) -> Vendors:
    """How vendors do in your calls: requests, failures by kind, percentiles of what callers wait for."""
    return vendors_seen(request.app.state.wiring.redis, who.org_id, query, time.wall())


def query(body: Analytics, who: Reader, db: Db, time: Time) -> Response:
    """Count, add up and compare calls: by time, by assistant, by how they ended."""
    return json_answer(service.answers(Turns(db, who.org_id), body, time.wall()), 201)


def resource(prefix: str) -> Resource:
    """`POST {prefix}`."""
    made = Resource(prefix, tag="Analytics")
    refusals = errors(BadRequest, Unauthorized, Forbidden, Unavailable)
    made.post("", status_code=201, response_model=list[AnalyticsResult], responses=refusals)(query)
    return made


queries = resource("/v1/analytics")
