"""What calls can do beside the API's operations: be connected to."""

from yingda._generated.objects import Call
from yingda._resource import AsyncResource, Resource
from yingda.live import AsyncLiveCall, AudioFormat, LiveCall


class LiveCalls(Resource):
    """Base of `Calls`."""

    def connect(self, call: Call | str) -> LiveCall:
        """The sound of a call that was created with a WebSocket; a `str` is its `websocketCallUrl`."""
        return LiveCall(*_place(call))


class AsyncLiveCalls(AsyncResource):
    """Base of `AsyncCalls`."""

    def connect(self, call: Call | str) -> AsyncLiveCall:
        """The sound of a call that was created with a WebSocket; a `str` is its `websocketCallUrl`."""
        return AsyncLiveCall(*_place(call))


def _place(call: Call | str) -> tuple[str, AudioFormat]:
    if isinstance(call, str):
        return call, AudioFormat()
    transport = call.to_dict().get("transport") or {}
    url = transport.get("websocketCallUrl")
    if not url:
        raise ValueError(
            "This call has no websocketCallUrl: create it with transport={'provider': 'vapi.websocket'},"
            " and connect to what create() returned while the call is queued."
        )
    told = transport.get("audioFormat") or {}
    return url, AudioFormat(told.get("format", "pcm_s16le"), told.get("sampleRate"))
