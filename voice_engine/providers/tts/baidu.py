"""Baidu's voices, with streaming text or over HTTP.

Account: apiKey and secretKey, or an apiKey that begins with bce-v3/. Model: streaming (default) or http.
Voice = `per`, a number (0); `speed` 0.5–2. Options: `sampleRate` (16000, 8000, 24000), `pitch` and `volume`
(0–15, 5; basic voices' volume to 9). Billed by characters.
"""

import json
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlencode

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.baidu import VENDOR, failures
from voice_engine.providers.baidu.access import Access
from voice_engine.providers.baidu.errors import unspoken
from voice_engine.providers.baidu.http import HttpVoice
from voice_engine.providers.baidu.settings import Wanted, wanted
from voice_engine.providers.base import Capabilities, ProviderConfig, Tts, Usage, WordTimes
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint, Message, Messages, Said, Signal, Sound
from voice_engine.providers.duplex.tts import PlannedTts, TtsPlan
from voice_engine.providers.piecewise import piecewise
from voice_engine.providers.warming import warmed

KEEP_S = 20.0  # an unused connection
_PATH = "/ws/2.0/speech/publiccloudspeech/v1/tts"


class BaiduTts:
    """A voice that speaks while text is still coming, or sentence by sentence over HTTP."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        task = wanted(config)
        self.capabilities = Capabilities(sample_rates=(task.rate,), languages=("zh", "en"))
        self._voice: Tts = piecewise(HttpVoice(config, task)) if task.http else _SocketVoice(config, task)

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Sound at the promised rate."""
        return self._voice.synthesize(text)

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._voice)


class _SocketVoice(PlannedTts):
    """One synthesis, one connection; the next one is connected meanwhile."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig, task: Wanted) -> None:
        self.capabilities = Capabilities(sample_rates=(task.rate,))
        self._access, self._per = Access(config), task.voice
        start = json.dumps({"type": "system.start", "payload": task.fields})
        self._plan = TtsPlan(
            failures, self._dial, lambda: _Codec(start), task.rate,
            keep_s=KEEP_S,
            account=(VENDOR, self._access.account, task.voice),
            patience=PATIENCE.at_most(config.timeout_s),
            reuse="never",
            stale=self._access.stale,
        )  # fmt: skip

    async def _dial(self) -> Endpoint:
        token = await self._access.token()
        query = urlencode({"access_token": token, "per": self._per} if token else {"per": self._per})
        url = f"{self._access.origin.replace('http', 'ws', 1)}{_PATH}?{query}"
        return Endpoint(url, self._access.headers, token=token)


class _Codec:
    """One synthesis."""

    def __init__(self, start: str) -> None:
        self._start = start

    def begin(self, fresh: bool) -> Messages:
        return (self._start,)

    def text(self, text: str) -> Messages:
        return (json.dumps({"type": "text", "payload": {"text": text}}, ensure_ascii=False),)

    def end(self) -> Messages:
        return ('{"type":"system.finish"}',)

    def cancel(self) -> Messages:
        return ()

    def receive(self, message: Message) -> Iterable[Said]:
        if isinstance(message, bytes):
            return (Sound(message),)
        said = json.loads(message)
        if said["type"] == "system.error" or said.get("code"):
            raise unspoken(said)
        facts = {"system.started": Signal.READY, "system.finished": Signal.OVER}
        return (facts[said["type"]],) if said["type"] in facts else ()

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)
