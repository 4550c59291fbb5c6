"""The REST side: which server, which key, which assistant; the call before and after it is held."""

import asyncio
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from api.v1.organizations import demofile
from voice_engine.kernel.errors import BadRequest, NotFound, Unauthorized, Unavailable, YingdaError

Json = dict[str, Any]

DEFAULT_URL = "http://127.0.0.1:8000"
CLIENT_MESSAGES = [
    "transcript", "voice-input", "model-output", "speech-update", "status-update", "user-interrupted",
]  # fmt: skip
ENDED_WITHIN = 15.0  # s. From the last frame until the call's row says so.
SETTLED_WITHIN = 3.0  # s more for the costs
LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Access:
    """Where to, with which key, and whom to ask for when nobody is named."""

    url: str
    key: str
    assistant: str = ""


def access(url: str, key: str, data_dir: Path) -> Access:
    """The demo's key opens the server on this machine and is sent to no other; raises Unauthorized."""
    demo = demofile.read(data_dir) if is_loopback(url) else {}
    chosen = key or demo.get("privateKey") or os.environ.get("YINGDA_KEY", "")
    if not chosen:
        raise Unauthorized("key_missing", f"No key for {url}: give --key sk_… or set YINGDA_KEY.")
    assistant = demo.get("assistantId", "") if chosen == demo.get("privateKey") else ""
    return Access(url.rstrip("/"), chosen, assistant)


def is_loopback(url: str) -> bool:
    """Whether a URL is this machine's."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Installation:
    """The calls of one server, for one key."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._http = httpx.AsyncClient(
            base_url=access.url,
            headers={"Authorization": f"Bearer {access.key}"},
            timeout=10,
            trust_env=not is_loopback(access.url),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def assistant_id(self, wanted: str) -> str:
        """The id of the assistant with this id or name; without either the demo's, or the only one."""
        if not wanted and self._access.assistant:
            return self._access.assistant
        known = await self._get("/v1/assistants", limit=1000)
        named = [one for one in known if wanted in (one["id"], one.get("name")) or not wanted]
        if len(named) == 1:
            return str(named[0]["id"])
        names = "; ".join(f"{one.get('name') or 'unnamed'} ({one['id']})" for one in known[:10]) or "none"
        what = f"There is not exactly one assistant {wanted!r}" if wanted else "Say which assistant"
        raise NotFound("assistant_not_found", f"{what}; use --assistant with an id. There are: {names}.")

    async def create(self, assistant_id: str, audio_format: Json) -> Json:
        """A call waiting for us at `transport.websocketCallUrl`."""
        body = {
            "assistantId": assistant_id,
            "assistantOverrides": {"clientMessages": CLIENT_MESSAGES},
            "transport": {"provider": "vapi.websocket", "audioFormat": audio_format},
        }
        return await self._ask("POST", "/v1/calls", json=body)

    async def ended(self, id: str) -> Json:
        """The call once it is ended and its costs are there; Unavailable if it does not end."""
        call = await self._when(id, lambda call: call["status"] == "ended", ENDED_WITHIN)
        if call["status"] != "ended":
            message = (
                f"The call {id} has not been written down as ended yet; read it later at /v1/calls/{id}."
            )
            raise Unavailable("call_not_ended", message)
        return await self._when(id, lambda call: bool(call.get("costs")), SETTLED_WITHIN)

    async def download(self, url: str) -> bytes:
        """A recording."""
        try:
            response = await self._http.get(url, follow_redirects=True)
        except httpx.HTTPError as error:
            raise _gone(self._access.url) from error
        _check(response)
        return response.content

    async def _when(self, id: str, ready: Any, patience: float) -> Json:
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            call: Json = await self._get(f"/v1/calls/{id}")
            if ready(call) or asyncio.get_running_loop().time() >= deadline:
                return call
            await asyncio.sleep(LOOK_EVERY)

    async def _get(self, path: str, **query: Any) -> Any:
        return await self._ask("GET", path, params=query)

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            response = await self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise _gone(self._access.url) from error
        _check(response)
        return response.json()


def _gone(url: str) -> Unavailable:
    message = f"No server answers at {url}. Start one with `yingda serve`, or give --url."
    return Unavailable("server_gone", message)


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    try:
        body = response.json()
        code, said = str(body["code"]), body["message"]
    except (ValueError, KeyError, TypeError):
        text = f"{response.url} answers {response.status_code}; is it a Yingda server?"
        raise BadRequest("unexpected_answer", text) from None
    sentence = " ".join(said) if isinstance(said, list) else str(said)
    if response.status_code in (401, 403):
        raise Unauthorized(code, f"The key was refused: {sentence}")
    raise YingdaError(code, sentence)
