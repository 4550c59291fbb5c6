"""MiniMax's T2A over HTTP: one request per text, its sound as an event stream."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.connections import reach
from voice_engine.providers.download import ask, plainly
from voice_engine.providers.duplex.codec import PATIENCE
from voice_engine.providers.llm.sse import Items
from voice_engine.providers.minimax import VENDOR, failures, origin
from voice_engine.providers.minimax.errors import check
from voice_engine.providers.minimax.settings import Wanted
from voice_engine.providers.pieces import Pieces
from voice_engine.providers.usages import han_twice

_PATH = "/v1/t2a_v2"
_LAST = 2  # `status` of the event that ends the stream; it may hold all the sound once more


class HttpVoice:
    """A Tts of one text per synthesis."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig, task: Wanted) -> None:
        self.capabilities = Capabilities(sample_rates=(task.rate,))
        self._task, self._patience = task, PATIENCE.at_most(config.timeout_s)
        group = f"?GroupId={task.group}" if task.group else ""
        self._url = f"{origin(config.base_url, task.region, 'http')}{_PATH}{group}"
        self._headers = {"Authorization": f"Bearer {config.api_key}"}
        more = {"output_format": "hex", "stream_options": {"exclude_aggregated_audio": True}}
        self._body = {**task.body, "stream": True, **more}

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """All of the text in one request."""
        words = "".join([piece async for piece in text])
        if not words.strip():
            return
        body, headers = {**self._body, "text": words}, self._headers
        said = _Said(self._task.rate, han_twice(words))
        refused = plainly(failures)
        async with ask(
            failures, "POST", self._url, self._patience, refused, json=body, headers=headers
        ) as answer:
            items, trace = Items(), answer.headers.get("trace-id", "")
            while not said.over:
                piece = await answer.piece()
                for item in list(items.feed(piece) if piece else items.end()):
                    with failures.sensible():
                        facts = list(said.read(json.loads(item), trace))
                    for fact in facts:
                        yield fact
                if not piece and not said.over:
                    raise failures.of("network", "MiniMax hung up in the middle.")

    async def warm(self) -> None:
        """See Warms."""
        await reach(self._url, None, VENDOR)


class _Said:
    """What one event stream has said. `over`: all of it."""

    def __init__(self, rate: int, characters: int) -> None:
        self._pieces, self._characters = Pieces(rate), characters
        self.over = False

    def read(self, event: dict[str, Any], trace: str) -> Iterator[AudioFrame | Usage]:
        check(event, trace)
        data = event.get("data") or {}
        self.over = data.get("status") == _LAST
        if data.get("audio") and not self.over:
            first = not self._pieces.samples
            yield from self._pieces.frames(bytes.fromhex(data["audio"]))
            if first:  # if the reply is cut off before the vendor counts, this stands
                yield Usage({"characters": self._characters}, estimated=True)
        if characters := (event.get("extra_info") or {}).get("usage_characters"):
            yield Usage({"characters": float(characters)})
