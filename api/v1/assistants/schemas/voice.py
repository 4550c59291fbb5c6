"""Who speaks: the voice, and how text is cut and written out before it is spoken."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from api.v1.assistants.schemas.adapters import refuse_unusable
from api.v1.assistants.schemas.base import Begins, Json, Line, Shape, Weight, one_of, plain_fallbacks
from api.v1.assistants.schemas.providers import VAPI_VOICES, refuse_unknown
from api.v1.assistants.schemas.server import Server
from voice_engine.kernel.patterns import check
from voice_engine.providers.base import ProviderConfig

Boundary = Literal["。", "，", ".", "!", "?", ";", ")", "،", "۔", "।", "॥", "|", "||", ",", ":"]
Formatter = Literal[
    "markdown", "asterisk", "quote", "dash", "newline", "colon", "acronym", "dollarAmount", "email", "date",
    "time", "distance", "unit", "percentage", "phoneNumber", "number", "stripAsterisk",
]  # fmt: skip


class RegexOption(Shape):
    """A switch of a regular expression."""

    type: Literal["ignore-case", "whole-word", "multi-line"] = Field(description="which switch")
    enabled: bool = Field(description="on or off")


class Replacement(Shape):
    """Words spoken in another way."""

    type: Literal["exact", "regex"] = Field(description="how `key` or `regex` is found")
    key: Line | None = Field(None, description="exact only: the text to replace")
    regex: Line | None = Field(None, description="regex only: the pattern to replace")
    value: Line = Field(description="what is spoken instead")
    replace_all_enabled: bool = Field(False, description="exact only: every occurrence, not the first")
    options: list[RegexOption] = Field(default_factory=list, description="regex only")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        found = self.key if self.type == "exact" else self.regex
        if not found:
            needed = "key" if self.type == "exact" else "regex"
            raise ValueError(f"A replacement of type {self.type} needs {needed}.")
        if self.type == "regex":
            check(found)
        return self


class FormatPlan(Shape):
    """How text is written out before it is spoken: numbers, dates, money, telephones … as people say them."""

    enabled: bool = Field(True, description="false: only markup is removed, the voice reads the rest itself")
    number_to_digits_cutoff: int = Field(2025, ge=0, description="stored")
    replacements: list[Replacement] = Field(
        default_factory=list, max_length=100, description="before anything else, in this order"
    )
    formatters_enabled: list[Formatter] = Field(default_factory=list, description="stored")


class ChunkPlan(Shape):
    """How text is cut before it is spoken. `<flush />` in the text speaks what there is."""

    enabled: bool = Field(True, description="false: whole sentences only, no early first piece")
    min_characters: int = Field(
        30, ge=1, le=80, description="shortest piece, characters; not given: ours, 4 for the first piece"
    )
    punctuation_boundaries: list[Boundary] = Field(
        default_factory=list, description="cut at these marks only; default: at ours"
    )
    format_plan: FormatPlan | None = Field(None, description="how numbers, dates … are read")


class _Voice(Shape):
    caching_enabled: bool = Field(
        True, description="greetings and other given sentences are synthesised once; default true"
    )
    filler_injection_enabled: bool | None = Field(
        None, description="我查一下… while a model or tool is slow; default true"
    )
    chunk_plan: ChunkPlan | None = Field(None, description="how text is cut")
    fallback_plan: "FallbackVoicePlan | None" = Field(None, description="who speaks when this one fails")
    weight: Weight = 1.0


class EspeakVoice(_Voice):
    """eSpeak NG: robotic, instant, offline; Mandarin, English and a hundred others."""

    provider: Literal["espeak"] = Field(description="espeak (Yingda's own; unknown to Vapi's SDKs)")
    voice_id: str = Field(
        "en-us",
        max_length=40,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*(\+[A-Za-z0-9]+)?$",
        description="cmn, en-us, en-gb+f3, yue …; default en-us",
    )
    variant: str | None = Field(None, pattern=r"^[A-Za-z0-9]{1,20}$", description="timbre, e.g. f3 or m2")
    speed: float = Field(1.0, ge=0.25, le=4, description="1 = the voice's own; default 1")
    pitch: int = Field(50, ge=0, le=99, description="0 low … 99 high; default 50")
    volume: int = Field(100, ge=0, le=200, description="percent; default 100")


class DashScopeVoice(_Voice):
    """CosyVoice or Qwen-TTS of Aliyun Model Studio (百炼)."""

    provider: Literal["dashscope"] = Field(description="dashscope (Yingda's own; unknown to Vapi's SDKs)")
    model: str = Field("cosyvoice-v3-flash", max_length=200, description="default cosyvoice-v3-flash")
    voice_id: str = Field(
        "", max_length=200, description="must belong to the model; default: the model's own, e.g. longanhuan"
    )
    speed: float = Field(1.0, ge=0.5, le=2, description="1 = the voice's own; default 1")
    pitch: float = Field(1.0, ge=0.5, le=2, description="1 = the voice's own; default 1")
    volume: int = Field(50, ge=0, le=100, description="default 50")
    language: str | None = Field(None, max_length=20, description="zh, en …: a hint for mixed text")
    instruction: str | None = Field(
        None,
        max_length=1600,
        description="how to speak: 用开心的语气; CosyVoice: at most 128 characters",
    )
    ssml: bool = Field(False, description="CosyVoice: texts may hold SSML tags; default false")
    mode: Literal["commit", "server_commit"] = Field(
        "commit", description="Qwen-TTS: whether we or the vendor say when to speak; default commit"
    )
    seed: int | None = Field(None, ge=0, le=65_535, description="the same text sounds the same")
    sample_rate: Literal[8000, 16_000, 22_050, 24_000, 44_100, 48_000] = Field(
        24_000, description="Hz of the vendor's sound; default 24000"
    )
    word_times: bool = Field(True, description="ask when each word sounds; default true")
    workspace: str | None = Field(None, max_length=200, description="the vendor's workspace id")
    parameters: Json = Field(default_factory=dict, description="handed to the vendor as they are")


class OtherVoice(_Voice):
    """Any other vendor: ours, and those of installed packages (entry point yingda.tts).

    A vendor's own knobs stand beside the fields, as in Vapi's shapes, or in `options`.
    """

    model_config = ConfigDict(extra="allow")

    provider: str = Field(description="tencent, iflytek, minimax, openai, custom-voice …")
    voice_id: str = Field("", max_length=200, description="which of its voices")
    model: str = Field("", max_length=200, description="which of its models")
    language: str = Field("", max_length=20, description="BCP 47 code")
    speed: float = Field(1.0, ge=0.25, le=4, description="1 = the voice's own; default 1")
    server: Server | None = Field(None, description="custom-voice: where voice-request goes")
    options: Json = Field(default_factory=dict, description="the vendor's own knobs")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        config = ProviderConfig(
            model=self.model,
            language=self.language,
            voice=self.voice_id,
            speed=self.speed,
        )
        refuse_unusable("tts", self, config)
        return self


VOICES: dict[str, type[Shape]] = {"espeak": EspeakVoice, "dashscope": DashScopeVoice}
AnyVoice = EspeakVoice | DashScopeVoice | OtherVoice
Voice = Annotated[AnyVoice, one_of("provider", VOICES, refuse_unknown("tts", VAPI_VOICES), OtherVoice)]


class FallbackVoicePlan(Shape):
    """Voices that take over when the one before fails, breaks off or is late."""

    voices: list[Voice] = Field(min_length=1, max_length=5, description="asked in this order")
    strategy: Begins = "ordered"

    @field_validator("voices")
    @classmethod
    def _plain(cls, voices: list[AnyVoice]) -> list[AnyVoice]:
        return plain_fallbacks(voices)


for _shape in (_Voice, EspeakVoice, DashScopeVoice, OtherVoice):
    _shape.model_rebuild()
