"""The portal's files, and the little a page may know before somebody gives it a key.

`/` is the page to talk, `/vendors` the one about vendors, `/portal/…` their files. Only what stands in the
portal's own directory is served, with a policy that lets a page load nothing from elsewhere; sound goes to
whichever engine the call names.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import Engine
from sqlmodel import col
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from api.db.tx import transaction
from api.http.answers import json_answer
from api.settings import ApiSettings
from api.v1.assistants.model import AssistantRow
from api.v1.assistants.repo import Assistants
from api.v1.organizations import demofile

Json = dict[str, Any]

_DEMO_ASSISTANTS = 20  # a chooser, not a catalogue
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self' ws: wss:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

router = APIRouter(include_in_schema=False)


def include(app: FastAPI) -> None:
    """Add the page, its files and its configuration."""
    app.include_router(router)
    app.mount("/portal", _Files(directory=directory()), name="portal")


def directory() -> Path:
    """Where the portal's files are: inside an installed package, or beside it in a source tree."""
    installed = Path(__file__).parent / "portal_files"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "portal"


class _Files(StaticFiles):
    """Static files with our headers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *ours]
            await send(message)

        await super().__call__(scope, receive, with_headers)


@router.api_route("/", methods=["GET", "HEAD"])
async def page() -> Response:
    """Talking to an assistant."""
    return _page("index.html")


@router.api_route("/vendors", methods=["GET", "HEAD"])
async def vendors_page() -> Response:
    """Vendors: keys, what there is to choose from, how they do."""
    return _page("vendors.html")


def _page(name: str) -> Response:
    return FileResponse(directory() / name, media_type="text/html", headers=HEADERS)


@router.get("/portal/config.json")
def config(request: Request) -> Response:
    """The demo's public key and assistants for whoever sits at this machine; for anybody else `{}`."""
    wiring = request.app.state.wiring
    demo: Json = {}
    if wiring.settings.environment == "development" and _at_this_machine(request):
        demo = _demo(wiring.settings, wiring.engine)
    answer = json_answer(demo)
    answer.headers.update({**HEADERS, "Cache-Control": "no-store"})
    return answer


def _at_this_machine(request: Request) -> bool:
    """Both ends are loopback. The Host header is asked too, or a hostile page whose name resolves to
    127.0.0.1 could read the answer, and so could visitors through a proxy on this machine."""
    client = request.client.host if request.client else ""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _is_loopback(client) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _demo(settings: ApiSettings, engine: Engine) -> Json:
    known = demofile.read(settings.data_dir)
    if not known:
        return {}
    with transaction(engine, known["orgId"]) as session:
        repo = Assistants(session, session.org_id)
        oldest = repo.select().order_by(col(AssistantRow.created_at), col(AssistantRow.id))
        rows = session.exec(oldest.limit(_DEMO_ASSISTANTS)).all()
        assistants = [{"id": row.id, "name": row.name or row.id, **_language(row.config)} for row in rows]
    return {"publicKey": known["publicKey"], "assistants": assistants}


def _language(config: Mapping[str, Any]) -> Json:
    """What the assistant listens to, or else speaks, if its configuration says so."""
    for part in ("transcriber", "voice"):
        language = (config.get(part) or {}).get("language")
        if isinstance(language, str) and language:
            return {"language": language}
    return {}
