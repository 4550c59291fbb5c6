"""What a scenario file may say. Times are seconds; the caller's lines happen one after the other.

What a file leaves out is an ordinary assistant with ordinary vendors and a caller who says nothing.
"""

import re
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from voice_engine.simulate.expect import Expect
from voice_engine.simulate.shape import Part, exactly_one
from voice_engine.spec import AssistantSpec, SquadSpec

Json = dict[str, Any]
VendorKind = Literal["recogniser", "model", "voice", "tool"]
FaultKind = Literal[
    "late", "hang", "stall", "cut", "break", "error", "429", "auth", "lost", "duplicated", "garbage"
]
_SHARED = frozenset({"late", "hang", "cut", "break", "error", "429", "auth", "lost", "garbage"})
POSSIBLE: dict[str, frozenset[str]] = {
    "recogniser": _SHARED | {"duplicated"},
    "model": _SHARED | {"stall"},
    "voice": _SHARED - {"garbage"} | {"stall"},
    "tool": frozenset({"late", "hang", "error", "lost", "garbage"}),
}


# ── the caller ───────────────────────────────────────────────────────────────────────────────────────


class Recognised(Part):
    """One result of the recogniser, `at` seconds after the line began."""

    at: float = Field(ge=0)
    text: str
    final: bool = False


PAUSE = re.compile(r"\[(\d+(?:\.\d+)?)\]")  # in the words of a line
WHEN = ("at", "after", "after_agent", "while_agent")
WHAT = ("say", "noise", "digits", "type", "command", "hang_up", "drop")


class Line(Part):
    """One thing the caller does, and when. A line waits until the one before it is over.

    When: `at` this time of the call; `after` the line before; `after_agent` has finished and been quiet for
    so long; `while_agent` speaks, so long after its sound began. Default: `after: 0`.
    What: `say` words, with `[0.8]` for a pause in them; `noise` of so many seconds; `digits` on the keypad;
    `type` a message; a `command` as a client sends it; `hang_up`; `drop` the connection for so many seconds.
    """

    at: float | None = Field(None, ge=0)
    after: float | None = Field(None, ge=0)
    after_agent: float | None = Field(None, ge=0)
    while_agent: float | None = Field(None, ge=0)
    say: str | None = Field(None, min_length=1)
    noise: float | None = Field(None, gt=0)
    digits: str | None = Field(None, pattern="^[0-9*#]+$")
    type: str | None = Field(None, min_length=1)
    command: Json | None = None
    hang_up: Literal[True] | None = None
    drop: float | None = Field(None, gt=0)
    lasting: float | None = Field(None, gt=0, description="seconds of `say`; default by its length")
    heard: str | tuple[Recognised, ...] | None = Field(
        None, description="what the recogniser makes of `say` or `noise`, if not the words"
    )

    @model_validator(mode="after")
    def _one_time_one_deed(self) -> Self:
        exactly_one(self, WHAT)
        if len([name for name in WHEN if getattr(self, name) is not None]) > 1:
            raise ValueError(f"give at most one of {', '.join(WHEN)}")
        if self.say is not None and not PAUSE.sub("", self.say).strip():
            raise ValueError("'say' needs words besides its pauses")
        return self

    @property
    def what(self) -> str:
        """Which deed it is."""
        return exactly_one(self, WHAT)


# ── the vendors ──────────────────────────────────────────────────────────────────────────────────────


class Recogniser(Part):
    """A recogniser. With `endpoint_s` it ends utterances itself, after so much silence."""

    final_after_s: float = Field(0.3, ge=0, description="after it was told that the caller has stopped")
    partial_every_s: float = Field(0.2, gt=0)
    partial_after_s: float = Field(0.1, ge=0, description="how far partials are behind the voice")
    endpoint_s: float | None = Field(None, gt=0)


class Call(Part):
    """A tool that the model wants."""

    name: str
    arguments: Json | str = Field(default_factory=dict)


class Answer(Part):
    """What the model answers: `say`, or `call` tools, or both.

    `when`: only if the last message holds one of these; such answers serve again and again. The others are
    given one after the other: the first to the caller's first message, and so on. `told`: only by an
    assistant whose prompt holds this.
    """

    told: str = ""
    when: str | tuple[str, ...] = ()
    say: str = ""
    call: Call | tuple[Call, ...] = ()
    first_after_s: float | None = Field(None, ge=0)
    chars_per_s: float | None = Field(None, gt=0)
    pieces: tuple[tuple[float, str], ...] = Field((), description="[seconds after the request, text] each")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: Any) -> Any:
        return {"say": given} if isinstance(given, str) else given

    @property
    def calls(self) -> tuple[Call, ...]:
        """The tools it wants."""
        return (self.call,) if isinstance(self.call, Call) else self.call

    @property
    def words(self) -> tuple[str, ...]:
        """What it answers to; empty for the answers in sequence."""
        return (self.when,) if isinstance(self.when, str) else self.when


class Model(Part):
    """A model."""

    first_after_s: float = Field(0.1, ge=0)
    chars_per_s: float = Field(100.0, gt=0)
    answers: tuple[Answer, ...] = ()
    otherwise: str = Field("好的。", description="when no answer is left")


class SpokenText(Part):
    """How a voice speaks one text: `after_s` until its first sound, `char_s` for a Chinese character."""

    after_s: float | None = Field(None, ge=0)
    char_s: float | None = Field(None, gt=0)


class Voice(Part):
    """A voice. It synthesises `faster` than it speaks. `texts` are spoken in a way of their own."""

    first_after_s: float = Field(0.1, ge=0)
    char_s: float = Field(0.2, gt=0, description="how long a Chinese character sounds")
    faster: float = Field(8.0, gt=0)
    word_times: bool = False
    texts: dict[str, SpokenText] = Field(default_factory=dict)


class ToolDeed(Part):
    """A tool: how it is offered (`spec`, a ToolSpec without its name) and what it does when it is called.

    Several answers are given one after the other, the last again and again.
    """

    spec: Json = Field(default_factory=dict)
    answer: str | tuple[str, ...] = "ok"
    after_s: float = Field(0.1, ge=0)
    error: str = ""
    client: bool = Field(False, description="answered by the client, not by a server")

    def result(self, number: int) -> str:
        """What call number `number` (the first is 0) is answered."""
        answers = (self.answer,) if isinstance(self.answer, str) else self.answer
        return answers[min(number, len(answers) - 1)]


class Fault(Part):
    """Something goes wrong with a vendor.

    `late` by so many seconds; `hang`: no answer, ever; `stall`, `cut` (the stream ends) and `break` (the
    connection dies) `after` so much: characters of a model, seconds of a voice;
    `error`, `429` and `auth` at once; `lost`: an empty answer; `duplicated`: the same final twice; `garbage`.
    `request`: only the first, second … request (utterance) to this member; `between`: only in this time.
    """

    of: VendorKind
    what: FaultKind
    request: int | tuple[int, ...] = ()
    between: tuple[float, float] | None = None
    member: int = Field(1, ge=1, description="which of several vendors; 1 is the one preferred")
    by: float = Field(2.0, gt=0)
    after: float = Field(0.0, ge=0)
    retry_after: float | None = Field(None, gt=0)
    tool: str = Field("", description="only this tool")

    @model_validator(mode="before")
    @classmethod
    def _number(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("what") == 429:
            return {**given, "what": "429"}
        return given

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.what not in POSSIBLE[self.of]:
            known = ", ".join(sorted(POSSIBLE[self.of]))
            raise ValueError(f"a {self.of} cannot be {self.what!r}; it can be {known}")
        return self

    @property
    def requests(self) -> tuple[int, ...]:
        """Which requests; empty = all."""
        return (self.request,) if isinstance(self.request, int) else self.request


# ── the whole ────────────────────────────────────────────────────────────────────────────────────────


class Scenario(Part):
    """One conversation and what is expected of it. Several vendors of a kind stand by for each other.

    `assistant` has AssistantSpec's fields, and `prompt`; `squad` SquadSpec's, `assistant` being laid under
    each member's. Without `until` the caller hangs up when everything is said.
    """

    name: str = ""
    about: str = ""
    assistant: Json = Field(default_factory=dict)
    squad: Json | None = None
    caller: tuple[Line, ...] = ()
    recogniser: Recogniser | tuple[Recogniser, ...] = Recogniser()
    model: Model | tuple[Model, ...] = Model()
    voice: Voice | tuple[Voice, ...] = Voice()
    tools: dict[str, ToolDeed] = Field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    until: float | None = Field(None, gt=0, le=3600)
    expect: tuple[Expect, ...] = ()

    def assistant_spec(self, changes: Json | None = None) -> AssistantSpec:
        """The assistant, whole; raises ValidationError."""
        given = merged(_ordinary(self), _plain(self.assistant), changes or {})
        own = list(given["model"].get("tools", ()))
        known = {tool["name"] for tool in own}
        more = [{"name": name, **_tool(deed)} for name, deed in self.tools.items() if name not in known]
        given["model"]["tools"] = [*own, *more]
        return AssistantSpec.model_validate(given)

    def squad_spec(self, changes: Json | None = None) -> SquadSpec | None:
        """The squad, each member upon the scenario's assistant; raises ValidationError."""
        if self.squad is None:
            return None
        base = self.assistant_spec(changes).model_dump()
        members = [
            {**member, "assistant": merged(base, _plain(member.get("assistant") or {}))}
            for member in self.squad.get("members", ())
        ]
        return SquadSpec.model_validate({**self.squad, "members": members})


def _ordinary(scenario: Scenario) -> Json:
    language = scenario.assistant.get("language", "zh")
    return {
        "model": {"provider": "sim", "messages": [{"role": "system", "content": "你是助手。"}]},
        "transcriber": {"provider": "sim", "language": language},
        "voice": {"provider": "sim", "language": language},
    }


def _plain(given: Json) -> Json:
    """The assistant as a scenario has it → as the spec has it."""
    rest = {key: value for key, value in given.items() if key not in ("prompt", "language")}
    if "prompt" in given:
        told = {"model": {"messages": [{"role": "system", "content": given["prompt"]}]}}
        return merged(told, rest)
    return rest


def _tool(deed: ToolDeed) -> Json:
    return {"server_url": "" if deed.client else "https://tools.example.com", **deed.spec}


def merged(*layers: Json) -> Json:
    """Objects laid over each other, the last on top; lists are replaced."""
    whole: Json = {}
    for layer in layers:
        for key, value in layer.items():
            below = whole.get(key)
            both = isinstance(below, dict) and isinstance(value, dict)
            whole[key] = merged(below, value) if both else value  # type: ignore[arg-type]
    return whole
