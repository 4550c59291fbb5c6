"""MiniMax's voices (T2A v2), over WebSocket or HTTP, a sentence at a time.

Account: apiKey, groupId of old accounts. Model: speech-2.6-turbo (default), speech-2.6-hd, speech-2.8-turbo
…; voice = `voice_id`, a system's or a cloned one; `speed` 0.5–2. Options: `transport` (websocket, http),
`region` (china, china-beijing, worldwide, us-west), `sampleRate` (16000), `volume` (0.01–10), `pitch`
(−12…12), `emotion`, `languageBoost`, `pronunciationDict` (list of 处理/(chu3)(li3)), `voiceMix` (up to four
{voiceId, weight}), `subtitleType` (word, sentence = no word times), `textNormalizationEnabled`. Billed by
characters, a Han character counts two.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, ProviderConfig, Tts, Usage, WordTimes
from voice_engine.providers.duplex.codec import (
    PATIENCE,
    Endpoint,
    Message,
    Messages,
    Said,
    Send,
    Signal,
    Sound,
)
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan
from voice_engine.providers.minimax import VENDOR, failures, origin
from voice_engine.providers.minimax.errors import check
from voice_engine.providers.minimax.http import HttpVoice
from voice_engine.providers.minimax.settings import Wanted, wanted
from voice_engine.providers.piecewise import piecewise
from voice_engine.providers.usages import han_twice
from voice_engine.providers.warming import warmed

KEEP_S = 60.0  # the vendor hangs up after 120 s without an event
_PATH = "/ws/v1/t2a_v2"


class MiniMaxTts:
    """A voice that gets whole sentences."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        task = wanted(config)
        self.capabilities = Capabilities(sample_rates=(task.rate,), word_times=task.timed)
        inner: Tts = HttpVoice(config, task) if task.http else _SocketVoice(config, task)
        self._pieces = piecewise(inner)

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate, word times over WebSocket, usage as the vendor counts it."""
        return self._pieces.synthesize(text)

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._pieces)


class _SocketVoice(PlannedTts):
    """One text, one synthesis; the session of the socket lives on for the next."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig, task: Wanted) -> None:
        self.capabilities = Capabilities(sample_rates=(task.rate,), word_times=task.timed)
        start = json.dumps({"event": "task_start", **task.body}, ensure_ascii=False)
        group = f"?GroupId={task.group}" if task.group else ""
        self._endpoint = Endpoint(
            f"{origin(config.base_url, task.region, 'ws')}{_PATH}{group}",
            {"Authorization": f"Bearer {config.api_key}"},
        )
        self._plan = TtsPlan(
            failures, self._dial, lambda: _Codec(start, task.rate), task.rate,
            longest=3000,
            keep_s=KEEP_S,
            account=(VENDOR, self._endpoint.url, config.api_key, start),
            count=han_twice,
            patience=PATIENCE.at_most(config.timeout_s),
            resumes=True,
            reuse="finished",
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        return self._endpoint


class _Codec:
    """One text. What the vendor says ends with `is_final`."""

    def __init__(self, start: str, rate: int) -> None:
        self._start, self._rate = start, rate
        self._text = ""
        self._sounded = 0  # bytes

    def begin(self, fresh: bool) -> Messages:
        return ()

    def text(self, text: str) -> Messages:
        self._text += text
        return ()

    def end(self) -> Messages:
        return (json.dumps({"event": "task_continue", "text": self._text}, ensure_ascii=False),)

    def cancel(self) -> Messages:
        return ()

    def receive(self, message: Message) -> Iterable[Said]:
        said = json.loads(message)
        check(said)
        match said["event"]:
            case "connected_success":
                return (Send(self._start),)
            case "task_started":
                return (Signal.READY,)
            case "task_continued":
                return self._continued(said)
        return ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _continued(self, said: dict[str, Any]) -> Iterator[Said]:
        data = said.get("data") or {}
        if sound := data.get("audio"):
            pcm = bytes.fromhex(sound)
            self._sounded += len(pcm)
            yield Sound(pcm)
        if words := (data.get("subtitle") or {}).get("timestamped_words"):
            yield self._times(words)
        if said.get("is_final"):
            if characters := (said.get("extra_info") or {}).get("usage_characters"):
                yield Usage({"characters": float(characters)})
            yield Signal.OVER

    def _times(self, words: list[dict[str, Any]]) -> WordTimes:
        """Times count from the text; if they lie beyond its sound, they have counted from the session."""
        first = words[0]["time_begin"]
        since = first if first > self._sounded / 2 / self._rate * 1000 else 0
        return WordTimes(
            tuple(word["word"] for word in words),
            tuple((word["time_begin"] - since) / 1000 for word in words),
            tuple((word["time_end"] - since) / 1000 for word in words),
        )
