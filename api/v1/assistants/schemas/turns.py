"""Whose turn it is: when the assistant starts and stops speaking."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from api.v1.assistants.schemas.base import Line, Shape, expected
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.schemas.voice import RegexOption

Phrase = Annotated[str, Field(max_length=240)]
Key = Literal["#", "*", ""]


class TranscriptionEndpointingPlan(Shape):
    """How long a silence ends a turn, by how the text ends."""

    on_punctuation_seconds: float = Field(0.1, ge=0, le=3, description="after a finished sentence, seconds")
    on_no_punctuation_seconds: float = Field(1.5, ge=0, le=3, description="after an unfinished one, seconds")
    on_number_seconds: float = Field(0.5, ge=0, le=3, description="after a number, seconds; stored")


class SmartEndpointingPlan(Shape):
    """A model that judges whether the caller has finished. Ours is `vapi`: lexical, Mandarin and English."""

    provider: Literal["vapi", "livekit", "custom-endpointing-model"] = Field(
        description="vapi; livekit is English only and runs as vapi here"
    )
    wait_function: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="livekit only: milliseconds as an expression of x; stored, not evaluated"
    )
    server: Server | None = Field(None, description="custom-endpointing-model only; not available yet")

    @field_validator("provider")
    @classmethod
    def _available(cls, value: str) -> str:
        if value == "custom-endpointing-model":
            raise ValueError(f"{value} is not available in this installation yet; available: vapi")
        return value


class CustomEndpointingRule(Shape):
    """A pause of its own when the last words match. Stored and returned; not acted on by this version."""

    type: Literal["assistant", "customer", "both"] = Field(description="whose last words are looked at")
    regex: Line | None = Field(None, description="assistant and customer only")
    regex_options: list[RegexOption] = Field(default_factory=list, description="assistant and customer only")
    assistant_regex: Line | None = Field(None, description="both only")
    assistant_regex_options: list[RegexOption] = Field(default_factory=list, description="both only")
    customer_regex: Line | None = Field(None, description="both only")
    customer_regex_options: list[RegexOption] = Field(default_factory=list, description="both only")
    timeout_seconds: float = Field(ge=0, le=15, description="the pause, seconds")


class StartSpeakingPlan(Shape):
    """When the assistant answers."""

    wait_seconds: float = Field(
        0.4, ge=0, le=5, description="least pause before speaking, seconds; left out: the words decide"
    )
    smart_endpointing_enabled: (
        Annotated[bool | Literal["livekit"], expected("true, false or livekit")] | None
    ) = Field(None, description="deprecated spelling of smartEndpointingPlan")
    smart_endpointing_plan: SmartEndpointingPlan | None = Field(None, description="default: ours")
    custom_endpointing_rules: list[CustomEndpointingRule] = Field(
        default_factory=list, description="first match"
    )
    transcription_endpointing_plan: TranscriptionEndpointingPlan | None = Field(
        None, description="pauses after punctuation and without; default: ours, by the words"
    )


class StopSpeakingPlan(Shape):
    """When the caller's speech stops the assistant."""

    num_words: int = Field(
        0, ge=0, le=10, description="words (Chinese: characters) that interrupt; 0 = by voice alone"
    )
    voice_seconds: float = Field(
        0.2, ge=0, le=0.5, description="speech before playout pauses, seconds; default 0.2"
    )
    backoff_seconds: float = Field(
        1, ge=0, le=10, description="silence before the assistant goes on, seconds; our default is 1.2"
    )
    acknowledgement_phrases: list[Phrase] = Field(
        default_factory=list, description="never interrupt, beside ours (嗯, 好的, uh-huh …); stored"
    )
    interruption_phrases: list[Phrase] = Field(
        default_factory=list, description="always interrupt, beside ours (停, 等一下, stop …); stored"
    )


class KeypadInputPlan(Shape):
    """Digits typed on a telephone. Telephones are not available yet: stored and returned."""

    enabled: bool = Field(False, description="default false")
    timeout_seconds: float = Field(2, ge=0, le=10, description="pause that ends the input, seconds")
    delimiters: Annotated[list[Key] | Key, expected("#, * or an empty text, or a list of these")] = Field(
        "#", description="keys that end it"
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
