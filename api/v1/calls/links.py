"""Signed URLs of one call: media, listening, control, recordings. Without one nothing of it is reachable."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from voice_engine.kernel import tokens

CONNECT_WITHIN = timedelta(minutes=10)  # also how long the spec waits in Redis
AFTERWARDS = timedelta(minutes=10)  # listening and control outlive the longest call by this
ARTIFACT_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Who runs a call, for its tokens."""

    call: str
    session: str
    engine: str
    org: str
    keyed: tuple[str, ...] = ()  # URLs that want a key besides their token: listen, control


@dataclass(frozen=True, slots=True)
class Links:
    """`public_url` is what clients reach the API under; an engine may have a URL of its own."""

    public_url: str
    secret: bytes

    def socket(self, place: Place, engine_url: str = "") -> str:
        """Where the client's WebSocket goes, without its token."""
        return f"{_websocket(engine_url or self.public_url)}/{place.call}/transport"

    def transport(self, place: Place, socket: str, created: datetime, max_duration_s: float) -> str:
        """The same with a token: good for ten minutes to begin the call, and as long as it may last to come
        back after a broken connection."""
        expiry = created + CONNECT_WITHIN + timedelta(seconds=max_duration_s)
        return f"{socket}?token={self._token('transport', place, expiry)}"

    def listen(self, place: Place, socket: str, created: datetime, max_duration_s: float) -> str:
        """Where others listen in."""
        expiry = created + timedelta(seconds=max_duration_s) + AFTERWARDS
        return f"{socket.removesuffix('transport')}listen?token={self._token('listen', place, expiry)}"

    def control(self, place: Place, created: datetime, max_duration_s: float) -> str:
        """Where messages to the live call are POSTed."""
        expiry = created + timedelta(seconds=max_duration_s) + AFTERWARDS
        claims: dict[str, Any] = {"kind": "control", "call": place.call, "engine": place.engine}
        claims |= {"org": place.org, **_keyed("control", place)}
        token = tokens.sign(claims, self.secret, expires_at=expiry.timestamp())
        return f"{self.public_url.rstrip('/')}/{place.call}/control?token={token}"

    def artifact(self, key: str, now: datetime) -> str:
        """Where a recording is downloaded for the next hour."""
        expiry = (now + ARTIFACT_FOR).timestamp()
        token = tokens.sign({"kind": "artifact", "key": key}, self.secret, expires_at=expiry)
        return f"{self.public_url.rstrip('/')}/v1/artifacts/{quote(key)}?token={token}"

    def log(self, call_id: str, org_id: str, now: datetime) -> str:
        """Where a call's log is downloaded for the next hour."""
        expiry = (now + ARTIFACT_FOR).timestamp()
        token = tokens.sign({"kind": "log", "call": call_id, "org": org_id}, self.secret, expires_at=expiry)
        return f"{self.public_url.rstrip('/')}/v1/call-logs/{quote(call_id)}?token={token}"

    def _token(self, kind: str, place: Place, expiry: datetime) -> str:
        claims = {
            "kind": kind,
            "call": place.call,
            "session": place.session,
            "engine": place.engine,
            "org": place.org,
            **_keyed(kind, place),
        }
        return tokens.sign(claims, self.secret, expires_at=expiry.timestamp())


def _keyed(kind: str, place: Place) -> dict[str, bool]:
    return {"keyed": True} if kind in place.keyed else {}


def _websocket(url: str) -> str:
    """`http…` as `ws…`; a WebSocket URL stays."""
    url = url.rstrip("/")
    return "ws" + url.removeprefix("http") if url.startswith("http") else url
