"""Whose turn it is: when the assistant starts and stops speaking."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from api.v1.assistants.schemas.base import Line, Shape, complaint, expected, refused
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.schemas.voice import RegexOption
from api.v1.assistants.schemas.waitfunction import WaitFunction
from voice_engine.kernel.patterns import check

Phrase = Annotated[str, Field(max_length=240)]
Key = Literal["#", "*", ""]


class TranscriptionEndpointingPlan(Shape):
    """How long a silence ends a turn by how the transcript ends, where no smart plan judges the words."""

    on_punctuation_seconds: float = Field(0.1, ge=0, le=3, description="after a finished sentence, seconds")
    on_no_punctuation_seconds: float = Field(1.5, ge=0, le=3, description="after an unfinished one, seconds")
    on_number_seconds: float = Field(0.5, ge=0, le=3, description="after a number, seconds")


class SmartEndpointingPlan(Shape):
    """What judges whether the caller has finished. Ours is `vapi`: by the words, Mandarin and English.

    The fields in seconds, and `learnedPausesEnabled`, are this platform's own.
    """

    provider: Literal["vapi", "livekit", "custom-endpointing-model"] = Field(
        description="vapi; livekit runs as vapi here, for its model knows English only; "
        "custom-endpointing-model: your server is asked"
    )
    wait_function: Annotated[str, Field(max_length=200)] | None = Field(
        None,
        description="livekit only: milliseconds as an expression of x, how likely the caller goes on; "
        "taken at 0.1 for finished, 0.5 for undecided and 0.9 for unfinished words",
    )
    server: Server | None = Field(
        None,
        description="custom-endpointing-model only: who is sent call.endpointing.request and answers"
        " {timeoutSeconds}; default assistant.server; the words decide when it is late",
    )
    finished_seconds: float | None = Field(
        None, ge=0, le=3, description="silence after a finished sentence, seconds; default 0.25"
    )
    undecided_seconds: float | None = Field(
        None, ge=0, le=5, description="silence after words that may be all, seconds; default 0.7"
    )
    unfinished_seconds: float | None = Field(
        None, ge=0, le=10, description="silence after words that cannot be all, seconds; default 1.8"
    )
    dictation_seconds: float | None = Field(
        None, ge=0, le=10, description="silence within a number or address asked for, seconds; default 3"
    )
    hold_seconds: float | None = Field(
        None, ge=0, le=120, description="patience after: 等一下, hold on; seconds; default 30"
    )
    learned_pauses_enabled: bool | None = Field(
        None, description="whether a slow speaker is given more time than these; default true"
    )

    @field_validator("wait_function")
    @classmethod
    def _computable(cls, value: str | None) -> str | None:
        if value is not None:
            WaitFunction(value)
        return value


class CustomEndpointingRule(Shape):
    """A pause of its own when the last words match. The first rule that matches decides."""

    type: Literal["assistant", "customer", "both"] = Field(description="whose last words are looked at")
    regex: Line | None = Field(None, description="assistant and customer only")
    regex_options: list[RegexOption] = Field(default_factory=list, description="assistant and customer only")
    assistant_regex: Line | None = Field(None, description="both only")
    assistant_regex_options: list[RegexOption] = Field(default_factory=list, description="both only")
    customer_regex: Line | None = Field(None, description="both only")
    customer_regex_options: list[RegexOption] = Field(default_factory=list, description="both only")
    timeout_seconds: float = Field(ge=0, le=15, description="the pause, seconds")

    @field_validator("regex", "assistant_regex", "customer_regex")
    @classmethod
    def _usable(cls, value: str | None) -> str | None:
        if value is not None:
            check(value)
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        both = self.type == "both"
        needed = ("assistant_regex", "customer_regex") if both else ("regex",)
        missing = [to_camel(name) for name in needed if not getattr(self, name)]
        if missing:
            message = f"should not be empty in a rule of type {self.type}"
            raise refused("rule", *(complaint("missing", message, name) for name in missing))
        return self


class StartSpeakingPlan(Shape):
    """When the assistant answers. Rules come first, then the smart plan, then the transcript's ending."""

    wait_seconds: float = Field(
        0.4, ge=0, le=5, description="least pause before speaking, seconds; left out: the words decide"
    )
    smart_endpointing_enabled: (
        Annotated[bool | Literal["livekit"], expected("true, false or livekit")] | None
    ) = Field(None, description="deprecated spelling of smartEndpointingPlan")
    smart_endpointing_plan: SmartEndpointingPlan | None = Field(
        None, description="default: ours, unless a transcriptionEndpointingPlan is given"
    )
    custom_endpointing_rules: Annotated[list[CustomEndpointingRule], Field(max_length=50)] = Field(
        default_factory=list, description="pauses of their own for certain words; the first match decides"
    )
    transcription_endpointing_plan: TranscriptionEndpointingPlan | None = Field(
        None, description="by how the transcript ends; used where there is no smart plan"
    )
    speculation_enabled: bool = Field(
        True,
        description="ours: a reply may begin, unheard, before it is certain that the caller has finished",
    )


class StopSpeakingPlan(Shape):
    """When the caller's speech stops the assistant.

    `mode`, `commitSeconds`, `resumeSeconds` and `echoGuardEnabled` are this platform's own.
    """

    num_words: int = Field(
        0, ge=0, le=10, description="words (Chinese: characters) that interrupt; 0 = voice does, too"
    )
    voice_seconds: float = Field(
        0.2, ge=0, le=0.5, description="speech before the assistant falls silent, seconds; default 0.2"
    )
    backoff_seconds: float = Field(
        1, ge=0, le=10, description="least silence after an interruption, seconds; left out: none"
    )
    acknowledgement_phrases: list[Phrase] = Field(
        default_factory=list,
        description="never interrupt; in place of ours: 嗯, 好的, uh-huh …",
        max_length=200,
    )
    interruption_phrases: list[Phrase] = Field(
        default_factory=list,
        description="always interrupt, wherever they stand; in place of ours: 停, 等一下, stop …",
        max_length=200,
    )
    mode: Literal["voice", "keywords", "off"] = Field(
        "voice", description="keywords: only an interruption phrase stops the assistant; off: nothing does"
    )
    commit_seconds: float = Field(
        0.5, ge=0.2, le=5, description="speech that stops the assistant for good, seconds; default 0.5"
    )
    resume_seconds: float = Field(
        1.2, ge=0, le=10, description="silence without words until it goes on, seconds; default 1.2"
    )
    echo_guard_enabled: bool = Field(
        True, description="the assistant's own voice, coming back by the caller's line, does not interrupt"
    )


class KeypadInputPlan(Shape):
    """Digits pressed on the keypad become what the caller says, as one turn. Without a plan: as with
    its defaults, but enabled.
    """

    enabled: bool = Field(False, description="false: keys are reported and not answered; default false")
    timeout_seconds: float = Field(
        2,
        ge=0,
        le=10,
        description="pause that ends the input, seconds; 0: only a delimiter does, or each key where none is",
    )
    delimiters: Annotated[list[Key] | Key, expected("#, * or an empty text, or a list of these")] = Field(
        "#", description="keys that end it, which are left out; empty: only the pause does"
    )


class SmartDenoisingPlan(Shape):
    """Noise removal by a model."""

    enabled: bool = Field(True, description="default true")


class FourierDenoisingPlan(Shape):
    """Noise removal by spectrum."""

    enabled: bool = Field(False, description="default false")
    media_detection_enabled: bool = Field(True, description="adapt to music and television")
    static_threshold: float = Field(-35, ge=-80, le=0, description="dB")
    baseline_offset_db: float = Field(-15, ge=-30, le=-5, description="dB")
    window_size_ms: int = Field(3000, ge=1000, le=30_000, description="ms")
    baseline_percentile: float = Field(85, ge=1, le=99, description="percent")


class BackgroundSpeechDenoisingPlan(Shape):
    """Stored and returned; not acted on by this version."""

    smart_denoising_plan: SmartDenoisingPlan | None = Field(None, description="by a model")
    fourier_denoising_plan: FourierDenoisingPlan | None = Field(None, description="by spectrum")


class MessagePlan(Shape):
    """What a silent caller is asked, and told before the assistant hangs up."""

    idle_messages: list[Line] = Field(default_factory=list, description="spoken in turn")
    idle_message_max_spoken_count: int | None = Field(None, ge=1, le=10, description="how often at most")
    idle_message_reset_count_on_user_speech_enabled: bool | None = Field(None, description="count anew")
    idle_timeout_seconds: float | None = Field(None, ge=1, le=60, description="silence before, seconds")
    silence_timeout_message: Line | None = Field(None, description="spoken before hanging up")


def refuse_when_set(value: Any) -> Any:
    """For fields that would be unsafe to ignore: anything but false, empty or absent is refused."""
    if value:
        raise ValueError("not available in this installation yet: leave it out")
    return value
