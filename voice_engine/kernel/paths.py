"""Which socket a WebSocket path names: a call's own, for its media or for listening in, or seed 001's."""

from voice_engine.kernel.errors import NotFound

SEED = ("/v1/voice/ws", "/v1/voice/stream")  # whoever connects here gets a new call


def call_socket(path: str) -> tuple[str, str]:
    """The call's id, and `transport` or `listen`; raises NotFound for any other path."""
    call_id, _, kind = path.strip("/").rpartition("/")
    if kind not in ("transport", "listen"):
        sentence = "Sockets are /{callId}/transport, /{callId}/listen and /v1/voice/ws."
        raise NotFound("no_such_socket", sentence)
    return call_id, kind
