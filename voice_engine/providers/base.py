"""The faces every recogniser, model and voice shows. Streams in, streams out; closing the iterator hangs up.

Adapters raise kernel.errors.ProviderError and nothing else, never retry (the session decides), put a
deadline on every wait, and leave no task or socket behind when their iterator is closed or cancelled.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal, Protocol, runtime_checkable

from voice_engine.audio.frame import AudioFrame

_MOST = 1e12  # of anything that is counted


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the engine must know to use an adapter well.

    `sample_rates`: accepted (STT, empty = any) or produced (TTS) rates in Hz, the preferred first.
    `endpoints_itself`: finals come without a Flush. `word_times`: WordTimes are yielded.
    """

    sample_rates: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    endpoints_itself: bool = True
    word_times: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What the vendor will bill.

    Quantity names: seconds, characters, cachedCharacters (spoken again, not billed), promptTokens,
    completionTokens, cachedPromptTokens; of a realtime model these are of text, and beside them stand
    audioPromptTokens, audioCompletionTokens and cachedAudioPromptTokens (counted inside audioPromptTokens).
    `provider` and `model` are who did the work, filled in by pools; empty = whoever the assistant names.
    """

    quantities: Mapping[str, float]
    estimated: bool = False
    provider: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        """A vendor's count that cannot be is none: nobody is billed, or paid, for it."""
        if not all(map(_countable, self.quantities.values())):
            countable = {name: value for name, value in self.quantities.items() if _countable(value)}
            object.__setattr__(self, "quantities", countable)


def _countable(quantity: object) -> bool:
    return isinstance(quantity, int | float) and 0 <= quantity < _MOST


# ── hearing ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Flush:
    """In the frame stream: the speaker has stopped; give the final of this utterance now."""


@dataclass(slots=True)
class Transcript:
    """What was understood. `text` is the whole current utterance so far, not an increment."""

    text: str
    final: bool
    confidence: float | None = None
    language: str = ""


class Stt(Protocol):
    """A streaming recogniser."""

    vendor: str

    @property
    def capabilities(self) -> Capabilities:
        """They may change while it runs: when another recogniser takes over."""
        ...

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono frames until `frames` ends; the last Usage wins.

        Every Flush is answered by exactly one final, an empty one if nothing was understood, unless the
        recogniser endpoints itself.
        """
        ...


# ── thinking ─────────────────────────────────────────────────────────────────────────────────────────

Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A whole call as the model asked for it. `arguments` is the JSON text.

    `echo` is what the model's vendor wants to see again with this call (thoughts, a signature); only the
    adapter that made it reads it.
    """

    id: str
    name: str
    arguments: str
    echo: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the model's context."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function offered to the model; `parameters` is JSON Schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a reply: text, or tool calls (whole, at the end), or usage (last).

    An empty one is a sign of life: the model thinks, or writes a tool call.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage | None = None
    finish_reason: str = ""


class Llm(Protocol):
    """A streaming model."""

    vendor: str

    def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The reply as it is generated."""
        ...


# ── speaking ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WordTimes:
    """When words sound, in seconds from the start of this synthesis. Same length each, else ValueError."""

    words: tuple[str, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.words) == len(self.starts) == len(self.ends):
            raise ValueError("words and times do not match")
        if not all(isinstance(word, str) for word in self.words):
            raise ValueError("a word is not text")
        if not all(map(isfinite, (*self.starts, *self.ends))):
            raise ValueError("a time is not a number")


class Tts(Protocol):
    """A streaming voice."""

    vendor: str
    capabilities: Capabilities

    def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[AudioFrame | WordTimes | Usage]:
        """Mono sound for text that may still be arriving; first sound as early as the vendor can."""
        ...


# ── before anything is asked ─────────────────────────────────────────────────────────────────────────


@runtime_checkable
class Warms(Protocol):
    """What an adapter may do besides: pools keep standbys warm by it and try vendors they left alone."""

    async def warm(self) -> None:
        """Have a connection ready for the next request, as long as the adapter keeps any. Nothing is billed.

        Raises ProviderError when there is none to be had; does nothing when one is open.
        """


# ── voice activity ───────────────────────────────────────────────────────────────────────────────────


class VadStream(Protocol):
    """One caller's voice activity; cheap enough to be called inline on the media path."""

    def probability(self, pcm: bytes) -> float:
        """How surely 16 kHz mono PCM (any length) holds speech, 0..1: the newest complete window's value."""
        ...


class Vad(Protocol):
    """A model shared by all calls of a process."""

    def stream(self) -> VadStream:
        """State for one caller."""
        ...


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """What an adapter's constructor gets: the spec's words, with the credential opened.

    `secrets` holds every field of the credential by its name (kernel/accounts.py), `api_key` is short for
    its `apiKey`. `base_url` replaces scheme and authority of the vendor's own addresses; empty = theirs.
    `options` holds the vendor's own knobs, straight from the assistant.
    """

    model: str = ""
    language: str = ""
    voice: str = ""
    speed: float = 1.0
    api_key: str = field(default="", repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    base_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    temperature: float = 0.5
    max_tokens: int = 250
    timeout_s: float = 20.0
    keywords: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.api_key:
            object.__setattr__(self, "secrets", {**self.secrets, "apiKey": self.api_key})
        else:
            object.__setattr__(self, "api_key", self.secrets.get("apiKey", ""))
