"""The vendor's two ways of speaking, told in the same words: tasks and realtime sessions."""

import asyncio
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from voice_engine.providers.base import Usage, WordTimes
from voice_engine.providers.dashscope_sdk import failures
from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.errors import vendor_failure
from voice_engine.providers.dashscope_sdk.line import Line
from voice_engine.providers.dashscope_sdk.links import WarmLinks
from voice_engine.providers.dashscope_sdk.session import Session
from voice_engine.providers.dashscope_sdk.words import WordClock, as_ssml
from voice_engine.providers.duplex.codec import Patience

LONGEST_TEXT = 2000  # characters in one message; the vendor takes 20 000
_SPEAKABLE = re.compile(r"[。！？；…!?;\n]|\.(\s|$)")

warm_links = WarmLinks()
warm_sessions = WarmLinks(idle_s=20.0)


def speakable(text: str) -> bool:
    """Whether there is a whole sentence in it."""
    return _SPEAKABLE.search(text) is not None


class Voice(Protocol):
    """One synthesis. `over`: nothing more will sound."""

    over: bool

    def start(self) -> None:
        """Connect."""
        ...

    def begin(self) -> None:
        """There will be text."""
        ...

    def say(self, text: str, *, ended: bool) -> str:
        """As much of the text as can be said now; gives back the rest. `ended`: there will be no more."""
        ...

    def finish(self) -> bool:
        """All has been said; whether the vendor was told."""
        ...

    def leave(self) -> None:
        """Silence."""
        ...

    def read(self, item: Any, sounded_s: float) -> Iterator[bytes | WordTimes | Usage]:
        """What the vendor says. `sounded_s`: how much sound has come so far."""
        ...


class TaskVoice:
    """CosyVoice. The vendor cuts sentences itself and speaks whole ones; its socket serves the next task."""

    def __init__(
        self, whose: Account, request: Mapping[str, Any], patience: Patience, inbox: asyncio.Queue[Any]
    ) -> None:
        self._line = Line(whose, inbox, patience, warm_links)
        self._request = request
        self._ssml = bool(request["parameters"].get("enable_ssml"))
        self._words = WordClock()
        self._announced: list[WordTimes] = []  # of sound that is about to come
        self.start, self.finish = self._line.start, self._line.finish
        self.over = False

    def begin(self) -> None:
        """Start the task."""
        self._line.run(self._request)

    def say(self, text: str, *, ended: bool) -> str:
        """All of it, if the socket takes it. SSML is one document, which comes in one message only."""
        if self._ssml:
            return "" if ended and self._line.send_input({"text": as_ssml(text)}) else text
        while text and self._line.send_input({"text": text[:LONGEST_TEXT]}):
            text = text[LONGEST_TEXT:]
        return text

    def leave(self) -> None:
        """What the vendor still says is dropped in the background."""
        self._line.leave({"directive": "cancel"})

    def read(self, item: Any, sounded_s: float) -> Iterator[bytes | WordTimes | Usage]:
        """Sound, followed by the times of the words in it."""
        if isinstance(item, bytes):
            yield item
            yield from self._words_heard()
            return
        payload = item.get("payload") or {}
        if times := self._words.times(payload.get("output") or {}, sounded_s):
            self._announced.append(times)
        characters = (payload.get("usage") or {}).get("characters")
        if isinstance(characters, int | float):
            yield Usage({"characters": characters})
        if item["header"].get("event") == "task-finished":
            self.over = True
            yield from self._words_heard()

    def _words_heard(self) -> Iterator[WordTimes]:
        yield from self._announced
        self._announced = []


class SessionVoice:
    """Qwen-TTS. Text is either committed by us, a response at a time, and the session serves the next reply;
    or the vendor decides when to speak, and the session ends with the reply.
    """

    def __init__(
        self,
        whose: Account,
        model: str,
        settings: Mapping[str, Any],
        patience: Patience,
        inbox: asyncio.Queue[Any],
    ) -> None:
        self._commits = settings["mode"] == "commit"
        keep = warm_sessions if self._commits else None
        self._session = Session(whose, model, settings, inbox, patience, keep)
        self._speaking = self._finished = False
        self._used: dict[str, float] = {}
        self.start, self.begin = self._session.start, self._session.begin
        self.over = False

    def say(self, text: str, *, ended: bool) -> str:
        """With commits only whole sentences, and none while the one before is being spoken."""
        if self._commits and (self._speaking or not (ended or speakable(text))):
            return text
        if not self._session.send("input_text_buffer.append", text=text[:LONGEST_TEXT]):
            return text
        rest = text[LONGEST_TEXT:]
        if self._commits:
            if ended and not rest:
                self._session.last()
            self._speaking = self._session.send("input_text_buffer.commit")
            if not self._speaking:
                raise failures.of("network", "DashScope takes no more text.")
        return rest

    def finish(self) -> bool:
        """The vendor still speaks what it has got."""
        self._finished = True
        if not self._commits:
            return self._session.send("session.finish")
        self._session.last()
        self.over = not self._speaking
        return True

    def leave(self) -> None:
        """A response in progress is cancelled, and the session with it."""
        if self._speaking and not self.over:
            self._session.send("response.cancel")
        self._session.leave()

    def read(self, item: Any, sounded_s: float) -> Iterator[bytes | WordTimes | Usage]:
        """Sound; characters, or tokens with older models, after each response."""
        kind = item["type"]
        if kind == "response.audio.delta":
            yield b64decode(item["delta"])
        elif kind == "response.done":
            self._speaking = False
            response = item.get("response") or {}
            if response.get("status") == "failed":
                raise vendor_failure((response.get("status_details") or {}).get("error") or {})
            self._count(response.get("usage") or {})
            if self._used:
                yield Usage(dict(self._used))
            self.over = self._finished and self._commits
        elif kind == "session.finished":
            self.over = True

    def _count(self, usage: Mapping[str, Any]) -> None:
        for theirs, ours in (("characters", "characters"), ("input_tokens", "promptTokens"),
                             ("output_tokens", "completionTokens")):  # fmt: skip
            if isinstance(usage.get(theirs), int | float):
                self._used[ours] = self._used.get(ours, 0) + usage[theirs]
