"""OpenAI's realtime protocol, the server's side of it: OpenAI's events, and those of clones of its beta.

`response.audio.delta` and `response.output_audio.delta` are the same thing; partial transcripts are
increments at OpenAI and text with a tentative rest at DashScope.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from voice_engine.audio.frame import AudioFrame
from voice_engine.audio.resample import AtRate
from voice_engine.providers.base import ToolCall, Usage
from voice_engine.providers.base_realtime import (
    Append,
    Briefing,
    CallerSpeech,
    CallerWords,
    Cancel,
    Outcome,
    Ready,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    ReplySound,
    ReplyText,
    Respond,
    ToolResult,
    Truncate,
)
from voice_engine.providers.duplex.codec import Message, Messages, Send
from voice_engine.providers.failures import Failures
from voice_engine.providers.realtime.codec import Told
from voice_engine.providers.realtime.faults import kind_of
from voice_engine.providers.realtime.openai_says import Plan, Says

RATE = 24000  # Hz of what comes
Json = Mapping[str, Any]

# A request of ours that came too late, because the vendor had just finished: nothing is wrong.
_TOO_LATE = ("cancel_", "truncate_")
_BUSY = "conversation_already_has_active_response"


@dataclass(slots=True)
class _Reply:
    """A response of the vendor. `items` are its spoken messages with the samples of each, in order."""

    items: dict[str, int] = field(default_factory=dict)
    samples: int = 0
    calls: dict[str, ToolCall] = field(default_factory=dict)
    cancelled: bool = False
    over: bool = False


class OpenAiCodec:
    """RealtimeCodec. `hearing` is who bills the transcription: `(provider, model)`, empty if it is free."""

    def __init__(self, plan: Plan, failures: Failures, hearing: tuple[str, str] = ("", "")) -> None:
        self._plan, self._failures, self._hearing = plan, failures, hearing
        self._says, self._rate = Says(plan), AtRate(plan.rate)
        self._ready = False
        self._replies: dict[str, _Reply] = {}
        self._active = ""
        self._partials: dict[str, str] = {}
        self._again: Respond | None = None  # asked for while a reply was still being made
        self._heard: dict[str, float] = {}
        self._reads: dict[str, Callable[[Json], Iterable[Told]]] = self._readers()

    # ── the client's side ────────────────────────────────────────────────────────────────────────────

    def begin(self, briefing: Briefing) -> Messages:
        return [self._says.session(briefing), *self._says.history(briefing.messages)]

    def tell(self, item: RealtimeInput) -> Messages:
        match item:
            case AudioFrame():
                pcm = self._rate.of(item)
                return (self._says.audio(pcm),) if pcm else ()
            case Append():
                return (self._says.append(item.role, item.text),)
            case ToolResult():
                return (self._says.result(item.call, item.text),)
            case Respond():
                return self._respond(item)
            case Cancel():
                return self._cancel(item.reply)
            case Truncate():
                return self._truncate(item)
            case Briefing():
                return (self._says.update(item),)

    def _respond(self, item: Respond) -> Messages:
        active = self._replies.get(self._active)
        if active and not active.over:
            self._again = item
            return ()
        return (self._says.respond(item.instructions),)

    def _cancel(self, name: str) -> Messages:
        reply = self._replies.get(name)
        if reply is None or reply.over or reply.cancelled:
            return ()
        reply.cancelled = True
        return (self._says.cancel(name),)

    def _truncate(self, item: Truncate) -> Messages:
        reply, left = self._replies.get(item.reply), item.seconds
        if reply is None or not self._plan.truncates:
            return ()
        cuts = []
        for item_id, samples in reply.items.items():
            seconds = samples / RATE
            if left < seconds:
                cuts.append(self._says.truncate(item_id, max(0, int(left * 1000))))
            left = max(0.0, left - seconds)
        return cuts

    # ── the server's side ────────────────────────────────────────────────────────────────────────────

    def receive(self, message: Message) -> Iterable[Told]:
        event = orjson.loads(message)
        kind = event["type"]
        read = self._reads.get(kind) or self._reads.get(
            kind.replace("response.audio", "response.output_audio")
        )
        return read(event) if read else ()

    def closed(self, code: int, reason: str) -> Exception:
        kind = kind_of(reason) or ("network" if code in (1000, 1001, 1006) else "server")
        label = self._failures.label
        said = f": {reason}" if reason else ""
        return self._failures.of(kind, f"{label} hung up with {code}{said}.", code)

    def _readers(self) -> dict[str, Callable[[Json], Iterable[Told]]]:
        transcription = "conversation.item.input_audio_transcription"
        return {
            "session.updated": self._updated,
            "input_audio_buffer.speech_started": lambda e: [CallerSpeech(True, str(e.get("item_id", "")))],
            "input_audio_buffer.speech_stopped": lambda e: [CallerSpeech(False, str(e.get("item_id", "")))],
            f"{transcription}.delta": self._partial,
            f"{transcription}.text": self._partial,
            f"{transcription}.completed": self._final,
            f"{transcription}.failed": self._final,
            "response.created": self._began,
            "response.output_audio.delta": self._sound,
            "response.output_audio_transcript.delta": self._words,
            "response.function_call_arguments.done": self._call,
            "response.output_item.done": self._item,
            "response.done": self._done,
            "error": self._error,
        }

    def _updated(self, _: Json) -> Iterable[Told]:
        if self._ready:
            return ()
        self._ready = True
        return (Ready(),)

    def _partial(self, event: Json) -> Iterable[Told]:
        turn = str(event["item_id"])
        if "text" in event or "stash" in event:
            text = f"{event.get('text') or ''}{event.get('stash') or ''}"
        else:
            text = self._partials.get(turn, "") + str(event["delta"])
        self._partials[turn] = text
        return (CallerWords(turn, text, final=False),)

    def _final(self, event: Json) -> Iterator[Told]:
        turn = str(event["item_id"])
        so_far = self._partials.pop(turn, "")
        yield CallerWords(turn, str(event.get("transcript", so_far) or "").strip(), final=True)
        if used := _transcription(event.get("usage") or {}):
            for name, quantity in used.items():
                self._heard[name] = self._heard.get(name, 0.0) + quantity
            yield Usage(dict(self._heard), provider=self._hearing[0], model=self._hearing[1])

    def _began(self, event: Json) -> Iterable[Told]:
        name = str(event["response"]["id"])
        self._replies[name] = _Reply()
        self._active = name
        return (ReplyBegan(name),)

    def _sound(self, event: Json) -> Iterable[Told]:
        name, reply = self._reply_of(event)
        pcm = b64decode(event["delta"])
        if reply.cancelled or not pcm:
            return ()
        item, samples = str(event.get("item_id", "")), len(pcm) // 2
        frame = AudioFrame(pcm, RATE, reply.samples)
        reply.items[item] = reply.items.get(item, 0) + samples
        reply.samples += samples
        return (ReplySound(name, frame),)

    def _words(self, event: Json) -> Iterable[Told]:
        name, reply = self._reply_of(event)
        return () if reply.cancelled else (ReplyText(name, str(event["delta"])),)

    def _call(self, event: Json) -> Iterable[Told]:
        _, reply = self._reply_of(event)
        if event.get("name"):
            self._collect(reply, event)
        return ()

    def _item(self, event: Json) -> Iterable[Told]:
        if event["item"].get("type") == "function_call":
            self._collect(self._reply_of(event)[1], event["item"])
        return ()

    def _collect(self, reply: _Reply, call: Json) -> None:
        name = str(call["call_id"])
        reply.calls[name] = ToolCall(name, str(call["name"]), str(call.get("arguments") or "{}"))

    def _reply_of(self, event: Json) -> tuple[str, _Reply]:
        name = str(event.get("response_id") or self._active)
        return name, self._replies[name]

    def _done(self, event: Json) -> Iterator[Told]:
        response = event["response"]
        name, details = str(response.get("id") or self._active), response.get("status_details") or {}
        reply = self._replies.setdefault(name, _Reply())
        if reply.over:
            return
        for item in response.get("output") or ():
            if item.get("type") == "function_call":
                self._collect(reply, item)
        reply.over = True
        if response.get("status") == "failed":
            raise self._failed(details.get("error") or {}, "server")
        calls = () if reply.cancelled else tuple(reply.calls.values())
        yield ReplyEnded(name, self._outcome(reply, response), calls, _usage(response.get("usage")))
        if self._again:
            again, self._again = self._again, None
            yield Send(self._says.respond(again.instructions))
        self._forget(name)

    def _outcome(self, reply: _Reply, response: Json) -> Outcome:
        if response.get("status") != "cancelled":
            return "done"
        return "cancelled" if reply.cancelled else "interrupted"

    def _forget(self, latest: str) -> None:
        """Only the last replies can still be cut to what was heard of them."""
        for name in [*self._replies][:-8]:
            if name != latest:
                del self._replies[name]

    def _error(self, event: Json) -> Iterable[Told]:
        error = event["error"]
        event_id = str(error.get("event_id") or "")
        if event_id.startswith(_TOO_LATE) or "cancel" in str(error.get("code") or ""):
            return ()
        if error.get("code") == _BUSY:
            self._again = self._again or Respond()
            return ()
        raise self._failed(error, "bad_request")

    def _failed(self, error: Json, otherwise: str) -> Exception:
        code = str(error.get("code") or error.get("type") or "")
        kind = kind_of(code) or kind_of(str(error.get("type") or "")) or kind_of(otherwise) or "server"
        return self._failures.told(kind, code, error.get("message"), error.get("event_id"))


def _transcription(usage: Json) -> dict[str, float]:
    """What the transcription of the caller is billed by."""
    if usage.get("type") == "duration":
        return {"seconds": float(usage["seconds"])}
    if "input_tokens" not in usage:
        return {}
    given = usage.get("input_token_details") or {}
    return {
        "promptTokens": float(given.get("text_tokens") or 0),
        "audioPromptTokens": float(given.get("audio_tokens") or 0),
        "completionTokens": float(usage.get("output_tokens") or 0),
    }


def _usage(usage: Json | None) -> Usage | None:
    """Tokens, text and audio apart. Without details everything counts as the dearer audio."""
    if not usage:
        return None
    heard = usage.get("input_token_details") or usage.get("input_tokens_details") or {}
    said = usage.get("output_token_details") or usage.get("output_tokens_details") or {}
    kept = heard.get("cached_tokens_details") or {}
    cached = float(heard.get("cached_tokens") or 0)
    text, audio = float(heard.get("text_tokens") or 0), float(heard.get("audio_tokens") or 0)
    spoken, written = float(said.get("audio_tokens") or 0), float(said.get("text_tokens") or 0)
    quantities = {
        "promptTokens": text,
        "audioPromptTokens": audio if heard else float(usage.get("input_tokens") or 0),
        "completionTokens": written,
        "audioCompletionTokens": spoken if said else float(usage.get("output_tokens") or 0),
        "cachedPromptTokens": float(kept.get("text_tokens", min(cached, text)) or 0),
        "cachedAudioPromptTokens": float(kept.get("audio_tokens", max(0.0, cached - text)) or 0),
    }
    return Usage({name: quantity for name, quantity in quantities.items() if quantity})
