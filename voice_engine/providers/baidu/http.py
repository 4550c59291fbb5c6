"""Baidu's text2audio: one request per text, its sound as the body of the answer."""

import json
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.baidu import VENDOR, failures
from voice_engine.providers.baidu.access import Access
from voice_engine.providers.baidu.errors import unspoken
from voice_engine.providers.baidu.settings import Wanted
from voice_engine.providers.base import Capabilities, ProviderConfig, Usage, WordTimes
from voice_engine.providers.connections import reach
from voice_engine.providers.download import ask, plainly
from voice_engine.providers.duplex.codec import PATIENCE, Endpoint
from voice_engine.providers.pieces import Pieces

_ORIGIN = "https://tsn.baidu.com"


class HttpVoice:
    """A Tts of one text per synthesis."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig, task: Wanted) -> None:
        self.capabilities = Capabilities(sample_rates=(task.rate,))
        self._access, self._task = Access(config), task
        self._patience = PATIENCE.at_most(config.timeout_s)
        self._url = f"{config.base_url or _ORIGIN}/text2audio"

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """All of the text in one request."""
        words = "".join([piece async for piece in text])
        if not words.strip():
            return
        token = await self._access.token()
        form, pieces = self._form(words, token), Pieces(self._task.rate)
        request = ask(
            failures, "POST", self._url, self._patience, plainly(failures),
            data=form, headers=self._access.headers,
        )  # fmt: skip
        async with request as answer:
            if not answer.headers.get("content-type", "").startswith("audio"):
                raise self._refused(await answer.whole(), token)
            while piece := await answer.piece():
                first = not pieces.samples
                for frame in pieces.frames(piece):
                    yield frame
                if first:
                    yield Usage({"characters": len(words)}, estimated=True)
            if not pieces.samples:
                raise failures.of("server", "Baidu's answer holds no sound.")

    async def warm(self) -> None:
        """See Warms."""
        await reach(self._url, None, VENDOR)

    def _form(self, words: str, token: str) -> Mapping[str, int | str]:
        """`tex` is percent-encoded here, and once more with the whole form."""
        form: dict[str, int | str] = {"tex": quote(words, safe=""), "cuid": "yingda", "ctp": 1, "lan": "zh"}
        if token:
            form["tok"] = token
        return {**form, "per": self._task.voice, **self._task.fields}

    def _refused(self, body: bytes, token: str) -> ProviderError:
        with failures.sensible():
            error = unspoken(json.loads(body))
        self._access.stale(error, Endpoint(self._url, token=token))  # the next request has another token
        return error
