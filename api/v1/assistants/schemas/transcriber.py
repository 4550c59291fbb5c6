"""Who hears: the recogniser."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from api.v1.assistants.schemas.adapters import refuse_unusable
from api.v1.assistants.schemas.base import Begins, Json, Shape, Weight, expected, one_of, plain_fallbacks
from api.v1.assistants.schemas.providers import VAPI_TRANSCRIBERS, refuse_unknown
from api.v1.assistants.schemas.server import Listening
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.stt.jsgf import read_grammar

Keyword = Annotated[str, Field(min_length=1, max_length=200)]
Grammar = Annotated[
    Annotated[str, Field(max_length=50_000)] | Annotated[list[Keyword], Field(max_length=2000)],
    expected("JSGF text, or a list of at most 2000 sentences"),
]


class _Transcriber(Shape):
    fallback_plan: "FallbackTranscriberPlan | None" = Field(
        None, description="who hears when this one fails; what was being said is replayed to it"
    )
    weight: Weight = 1.0


class PocketSphinxTranscriber(_Transcriber):
    """Offline English, without any key. Accurate only with a grammar or keywords."""

    provider: Literal["pocketsphinx"] = Field(
        description="pocketsphinx (Yingda's own; unknown to Vapi's SDKs)"
    )
    language: Literal["en", "en-US", "en-us"] = Field("en-US", description="the bundled model is English")
    grammar: Grammar | None = Field(
        None, description="JSGF text, or the list of sentences that can be said; may hold {{ }} templates"
    )
    keywords: list[Keyword] = Field(
        default_factory=list, max_length=500, description="phrases to spot, when there is no grammar"
    )

    @field_validator("grammar")
    @classmethod
    def _readable(cls, grammar: str | list[str] | None) -> str | list[str] | None:
        if grammar is not None and "{{" not in str(grammar) and "{%" not in str(grammar):
            try:
                read_grammar(grammar)
            except BadRequest as error:
                raise ValueError(error.message.partition("`grammar` ")[2].rstrip(".")) from None
        return grammar


class DashScopeTranscriber(_Transcriber):
    """Paraformer, Fun-ASR or Qwen-ASR of Aliyun Model Studio (百炼)."""

    provider: Literal["dashscope"] = Field(description="dashscope (Yingda's own; unknown to Vapi's SDKs)")
    model: str = Field("paraformer-realtime-v2", max_length=200, description="default paraformer-realtime-v2")
    language: str | None = Field(
        None, max_length=20, description="zh, en, yue, ja …; default: recognised by itself"
    )
    keywords: list[Keyword] = Field(
        default_factory=list,
        max_length=0,
        description="not available: make a table and give its vocabularyId, or with Qwen-ASR use context",
    )
    context: str | None = Field(None, max_length=10_000, description="Qwen-ASR: what is talked about, names")
    commit_on_flush: bool = Field(
        False, description="Qwen-ASR: utterances end by our ear alone, not by the vendor's; default false"
    )
    vocabulary_id: str | None = Field(None, max_length=200, description="hot-word table made with the vendor")
    max_sentence_silence: int = Field(400, ge=200, le=6000, description="pause that ends a sentence, ms")
    final_wait_ms: int = Field(600, ge=50, le=5000, description="how late a final may be, ms; default 600")
    pad_flush: bool = Field(True, description="send the pause that ends a sentence at once; default true")
    workspace: str | None = Field(None, max_length=200, description="the vendor's workspace id")
    parameters: Json = Field(
        default_factory=dict, description="handed to the vendor as they are, e.g. language_hints"
    )


class OtherTranscriber(_Transcriber):
    """Any other vendor: ours, and those of installed packages (entry point yingda.stt).

    A vendor's own knobs stand beside the fields, as in Vapi's shapes, or in `options`.
    """

    model_config = ConfigDict(extra="allow")

    provider: str = Field(description="tencent, iflytek, openai, whisper, custom-transcriber …")
    model: str = Field("", max_length=200, description="which of its models")
    language: str = Field("", max_length=20, description="BCP 47 code")
    keywords: list[Keyword] = Field(default_factory=list, max_length=500, description="words to expect")
    server: Listening | None = Field(None, description="custom-transcriber: where it listens")
    options: Json = Field(default_factory=dict, description="the vendor's own knobs")

    @model_validator(mode="after")
    def _usable(self) -> Self:
        config = ProviderConfig(model=self.model, language=self.language, keywords=tuple(self.keywords))
        refuse_unusable("stt", self, config)
        return self


TRANSCRIBERS: dict[str, type[Shape]] = {
    "pocketsphinx": PocketSphinxTranscriber,
    "dashscope": DashScopeTranscriber,
}
AnyTranscriber = PocketSphinxTranscriber | DashScopeTranscriber | OtherTranscriber
Transcriber = Annotated[
    AnyTranscriber,
    one_of("provider", TRANSCRIBERS, refuse_unknown("stt", VAPI_TRANSCRIBERS), OtherTranscriber),
]


class FallbackTranscriberPlan(Shape):
    """Transcribers that take over when the one before fails, is cut off or falls silent."""

    transcribers: list[Transcriber] = Field(min_length=1, max_length=5, description="asked in this order")
    strategy: Begins = "ordered"
    race: bool = Field(
        False,
        description="all of them hear all the time, the first final counts (Yingda's own); default false",
    )

    @field_validator("transcribers")
    @classmethod
    def _plain(cls, transcribers: list[AnyTranscriber]) -> list[AnyTranscriber]:
        return plain_fallbacks(transcribers)


for _shape in (_Transcriber, PocketSphinxTranscriber, DashScopeTranscriber, OtherTranscriber):
    _shape.model_rebuild()
