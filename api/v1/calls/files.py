"""What is kept of a call as files: recordings and the log, by redirection to a signed URL."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from api.db.tx import transaction
from api.http.caller import Caller
from api.http.deps import Db, Time, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.calls.deps import CallParts, Service
from api.v1.calls.logs import log_of
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import Forbidden, NotFound, Unauthorized

Reader = Annotated[Caller, Depends(needs("calls:read"))]
Token = Annotated[str, Query(description="from the URL as it was given")]


def mono_recording(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """Redirects to a signed URL of the recording in one channel."""
    return RedirectResponse(calls.recording(id, "mono"), 302)


def stereo_recording(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """Redirects to a signed URL of the recording: caller left, assistant right."""
    return RedirectResponse(calls.recording(id, "stereo"), 302)


def customer_recording(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """Redirects to a signed URL of the caller's side of the recording."""
    return RedirectResponse(calls.recording(id, "customer"), 302)


def assistant_recording(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """Redirects to a signed URL of the assistant's side of the recording."""
    return RedirectResponse(calls.recording(id, "assistant"), 302)


def call_logs(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """Redirects to a signed URL of the call's log: its events as gzipped JSON lines, masked."""
    return RedirectResponse(calls.log(id), 302)


def video_recording(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """There are no video calls: always 404."""
    calls.get(id)
    raise NotFound("recording_not_found", "This call has no video: calls are sound only.", id=id)


def pcap(id: str, who: Reader, db: Db, calls: Service) -> Response:
    """Packets are not captured: always 404."""
    calls.get(id)
    message = "This call has no packet capture: it is not made here. See call-logs for what happened."
    raise NotFound("pcap_not_found", message, id=id)


def add_files(router: Resource) -> None:
    """Under `/{id}` of the calls."""
    gone = errors(Unauthorized, Forbidden, NotFound)
    for name, handler in (
        ("mono-recording", mono_recording),
        ("stereo-recording", stereo_recording),
        ("customer-recording", customer_recording),
        ("assistant-recording", assistant_recording),
        ("video-recording", video_recording),
        ("pcap", pcap),
        ("call-logs", call_logs),
    ):
        router.get(f"/{{id}}/{name}", status_code=302, response_class=Response, responses=gone)(handler)


def download_log(call_id: str, token: Token, request: Request, parts: CallParts, time: Time) -> Response:
    """The log behind a signed URL: gzipped JSON lines. The URL's token is the authentication."""
    claims = tokens.verify(token, parts.secret, kind="log", now=time.wall().timestamp())
    if claims["call"] != call_id:
        raise Unauthorized("token_wrong_call", "This token is for another call; use the URL as it was given.")
    wiring = request.app.state.wiring
    with transaction(wiring.engine, claims["org"], clock=wiring.clock) as session:
        content = log_of(session, call_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{call_id}.jsonl.gz"',
        "Cache-Control": "private",
    }
    return Response(content, media_type="application/gzip", headers=headers)


logs = Resource("/v1/call-logs", tag="Calls")
logs.get("/{call_id}", response_class=Response, responses=errors(Unauthorized, NotFound))(download_log)
