"""Who thinks: the model, what it is told, and the tools it may use."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from api.v1.assistants.schemas.adapters import refuse_knobs
from api.v1.assistants.schemas.base import (
    Begins,
    Json,
    Line,
    Shape,
    Text,
    Url,
    Weight,
    complaint,
    expected,
    one_of,
    plain_fallbacks,
    refused,
)
from api.v1.assistants.schemas.providers import VAPI_MODELS, refuse_unknown
from api.v1.assistants.schemas.tools import CustomKnowledgeBase, Function, Tool
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.llm.script import read_script
from voice_engine.providers.llm.vendors import refuse_retired
from voice_engine.providers.realtime.models import is_realtime

StoredId = Annotated[str, Field(min_length=1, max_length=64)]
ModelName = Annotated[str, Field(min_length=1, max_length=200)]


class OpenAIMessage(Shape):
    """One message the model starts with."""

    role: Literal["assistant", "function", "user", "system", "tool"] = Field(description="who says it")
    content: Text = Field(description="may hold {{ }} templates")


class ToolRef(Shape):
    """A stored tool, and which version of it."""

    tool_id: StoredId = Field(description="the stored tool")
    version: Literal["latest"] = Field(
        description="latest: tools keep no older versions", json_schema_extra={"example": "latest"}
    )


class _Model(Shape):
    """What every model has."""

    messages: list[OpenAIMessage] = Field(
        default_factory=list, max_length=200, description="the prompt; usually one system message"
    )
    tools: list[Tool] = Field(default_factory=list, max_length=64, description="what the model may call")
    temperature: float = Field(0.5, ge=0, le=2, description="0 = always the likeliest word; default 0.5")
    max_tokens: int = Field(250, ge=50, le=10_000, description="tokens per reply; default 250")
    emotion_recognition_enabled: bool = Field(False, description="not available yet: false")
    num_fast_turns: int = Field(0, ge=0, description="not available yet: 0")
    tool_ids: list[StoredId] = Field(
        default_factory=list, max_length=64, description="stored tools, beside those in tools"
    )
    tool_refs: list[ToolRef] = Field(
        default_factory=list, max_length=64, description="the same with the version that is meant"
    )
    knowledge_base: CustomKnowledgeBase | None = Field(
        None, description="a server of yours that the model may ask, by knowledge-base-request"
    )
    knowledge_base_id: StoredId | None = Field(
        None, description="deprecated; a stored custom knowledge base in place of knowledgeBase"
    )
    functions: list[Function] = Field(
        default_factory=list, max_length=64, description="deprecated spelling of function tools"
    )
    fallback_plan: "FallbackModelPlan | None" = Field(
        None, description="who thinks when this one fails or is late (Yingda's own)"
    )
    weight: Weight = 1.0

    @field_validator(
        "emotion_recognition_enabled",
        "num_fast_turns",
    )
    @classmethod
    def _not_yet(cls, value: Any) -> Any:
        if value:
            raise ValueError("not available in this installation yet: leave it out")
        return value


class _Vendors(_Model):
    """A model of a vendor, with the organisation's key, the assistant's own or the installation's."""

    model: ModelName
    realtime: Json = Field(
        default_factory=dict,
        description="knobs of a realtime model (gpt-realtime…, qwen…-omni-…-realtime, gemini-…-live): voice,"
        " language, silenceMs … see the guide",
    )

    @model_validator(mode="after")
    def _still_served(self) -> Self:
        provider = str(getattr(self, "provider", ""))
        names = {"model": self.model}
        names |= {f"fallbackModels.{i}": name for i, name in enumerate(getattr(self, "fallback_models", ()))}
        for place, name in names.items():
            try:
                refuse_retired(provider, name)
            except BadRequest as error:
                wrong = complaint("model_retired", error.message.rstrip("."), *place.split("."), value=name)
                raise refused(provider, wrong) from None
        return self

    @model_validator(mode="after")
    def _known_knobs(self) -> Self:
        provider = str(getattr(self, "provider", ""))
        if is_realtime(provider, self.model):
            refuse_knobs(provider, self.model, self.realtime)
            return self
        if self.realtime:
            raise refused(provider, complaint("not_realtime", f"is not for {self.model}", "realtime"))
        for index, other in enumerate(self.fallback_plan.models if self.fallback_plan else ()):
            if is_realtime(other.provider, other.model):
                wrong = f"{other.model} is a realtime model, which can only stand in for another one"
                raise refused(
                    provider, complaint("realtime_fallback", wrong, "fallbackPlan", "models", str(index))
                )
        return self


class _Thinker(_Vendors):
    """A model that may think before it speaks, which is silence on a telephone."""

    enable_thinking: bool = Field(False, description="let the model reason first; slow in conversation")


class OpenAIModel(_Vendors):
    """A model of OpenAI."""

    provider: Literal["openai"] = Field(description="openai")
    model: ModelName = Field(description="e.g. gpt-6-luna, gpt-5.6-luna")
    fallback_models: list[ModelName] = Field(
        default_factory=list, max_length=5, description="OpenAI's models that take over, in this order"
    )
    reasoning_effort: Literal["minimal", "none", "low", "medium", "high", "xhigh"] | None = Field(
        None, description="for models that reason; default: as little as the model can"
    )
    tool_strict_compatibility_mode: (
        Literal["strip-parameters-with-unsupported-validation", "strip-unsupported-validation"] | None
    ) = Field(None, description="accepted; parameters are sent as given")
    prompt_cache_retention: Literal["in_memory", "24h"] | None = Field(None, description="passed on")
    prompt_cache_key: str | None = Field(None, max_length=64, description="passed on")


class GoogleModel(_Vendors):
    """A Gemini model."""

    provider: Literal["google"] = Field(description="google")
    model: ModelName = Field(description="e.g. gemini-3.8-flash, gemini-3.1-flash-lite")
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high"] | None = Field(
        None, description="default: as little as the model can"
    )


class MinimaxLLMModel(_Thinker):
    """A model of MiniMax. Those of the M2 family always think first."""

    provider: Literal["minimax"] = Field(description="minimax")
    model: ModelName = Field("MiniMax-M3", description="e.g. MiniMax-M3, MiniMax-M2.5-highspeed")
    region: Literal["intl"] | None = Field(None, description="intl: api.minimax.io; keys differ")


class CustomLLMModel(_Model):
    """Any server that speaks OpenAI's chat completions: `POST {url}/chat/completions`, streamed."""

    provider: Literal["custom-llm"] = Field(description="custom-llm")
    url: Url = Field(description="base URL; /chat/completions is added unless it is there")
    model: ModelName = Field(description="sent as model")
    metadata_send_mode: Literal["off", "variable", "destructured"] = Field(
        "variable",
        description="variable: assistant.metadata, call and customer sent as `metadata`; destructured: each"
        " as a field of its own; off: nothing, for servers that refuse unknown fields",
    )
    headers: dict[str, Line] = Field(
        default_factory=dict, description="extra headers; values may hold {{ }} templates"
    )
    timeout_seconds: float = Field(20, ge=0, le=300, description="seconds to the first token; default 20")
    word_level_confidence_enabled: bool = Field(False, description="accepted; confidences are not sent")


class DeepSeekModel(_Thinker):
    """A model of DeepSeek."""

    provider: Literal["deep-seek"] = Field(description="deep-seek")
    model: ModelName = Field(description="e.g. deepseek-v4-flash, deepseek-v4-pro")


class DashScopeModel(_Thinker):
    """A Qwen model of Aliyun Model Studio (百炼)."""

    provider: Literal["dashscope"] = Field(description="dashscope (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("qwen-plus", description="e.g. qwen-plus, qwen-flash; default qwen-plus")
    region: Literal["intl", "us"] | None = Field(None, description="Singapore or the USA; keys differ")
    thinking_budget: int | None = Field(None, ge=1, le=100_000, description="tokens of thought at most")
    enable_search: bool | None = Field(None, description="let the model search the web")


class MoonshotModel(_Thinker):
    """A Kimi model of Moonshot. It takes no temperature but its own."""

    provider: Literal["moonshot"] = Field(description="moonshot (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("kimi-k2.6", description="e.g. kimi-k2.6, kimi-k3")
    region: Literal["intl"] | None = Field(None, description="intl: api.moonshot.ai; keys differ")


class ZhipuModel(_Thinker):
    """A GLM model of Zhipu (智谱). glm-5.3 always thinks, a little."""

    provider: Literal["zhipu"] = Field(description="zhipu (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("glm-4.7-flash", description="e.g. glm-4.7-flash, glm-4.5-air, glm-5.3-flash")
    region: Literal["intl"] | None = Field(None, description="intl: api.z.ai; keys differ")
    reasoning_effort: Literal["low", "medium", "high"] | None = Field(None, description="for glm-5.3")


class QianfanModel(_Thinker):
    """An ERNIE model (文心) of Baidu's Qianfan."""

    provider: Literal["qianfan"] = Field(description="qianfan (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("ernie-4.5-turbo-32k", description="e.g. ernie-4.5-turbo-32k")


class SparkModel(_Thinker):
    """A Spark model (星火) of iFlytek."""

    provider: Literal["spark"] = Field(description="spark (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("4.0Ultra", description="4.0Ultra, generalv3.5, lite, spark-x …")
    top_k: int | None = Field(None, ge=1, le=6, description="how many candidates a word is chosen from")


class ArkModel(_Thinker):
    """A Doubao model (豆包) of Volcengine's Ark, or an endpoint there."""

    provider: Literal["ark"] = Field(description="ark (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field(description="a model, e.g. doubao-seed-2-1-lite-260915, or an endpoint, ep-…")
    service_tier: Literal["auto", "default"] | None = Field(None, description="passed on")


class HunyuanModel(_Vendors):
    """A Hunyuan model (混元) of Tencent."""

    provider: Literal["hunyuan"] = Field(description="hunyuan (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("hunyuan-turbos-latest", description="e.g. hunyuan-turbos-latest")
    region: Literal["legacy"] | None = Field(None, description="legacy: api.hunyuan.cloud.tencent.com")


Texts = Annotated[str | list[str], expected("a text or a list of texts")]


class ScriptTool(Shape):
    """The tool a rule calls."""

    name: str = Field(min_length=1, max_length=64, description="one of the model's tools")
    arguments: Json = Field(default_factory=dict, description="{1} and {name} stand for what groups caught")


class ScriptRule(Shape):
    """If what the caller said matches, this is the answer. Texts may hold {{ }} templates."""

    match: str | None = Field(None, description="regular expression, found anywhere, any case")
    reply: Texts | None = Field(None, description="the answer, or several taken in turn")
    tool: ScriptTool | None = Field(None, description="or the tool to call")
    on_tool_result: Texts | None = Field(
        None, description="said when it has answered; {result} is its answer"
    )


class ScriptedModel(_Model):
    """Not a language model: a script of rules, for trying out and for tests without any key."""

    provider: Literal["scripted"] = Field(description="scripted (Yingda's own; unknown to Vapi's SDKs)")
    model: str = Field("scripted", max_length=200, description="any name")
    rules: list[ScriptRule] = Field(default_factory=list, description="the first match answers")
    greeting: Texts | None = Field(None, description="the answer when nobody has spoken yet")
    otherwise: Texts | None = Field(None, description="the answer when nothing matches")

    @model_validator(mode="after")
    def _readable(self) -> "ScriptedModel":
        try:
            read_script(self.script())
        except BadRequest as error:
            place = error.details["field"]
            message = error.message.rstrip(".").partition(f"{place} ")[2]
            steps = place.replace("]", "").replace("[", ".").split(".")
            raise refused("scripted", complaint("bad_rules", message, *steps)) from None
        return self

    def script(self) -> Json:
        """In the words of the scripted model."""
        rules = [rule.given() for rule in self.rules]
        script: Json = {
            "rules": [
                {"on_tool_result" if key == "onToolResult" else key: value for key, value in rule.items()}
                for rule in rules
            ]
        }
        texts = {"greeting": self.greeting, "otherwise": self.otherwise}
        return script | {key: value for key, value in texts.items() if value}


class OtherModel(_Model):
    """A vendor that an installed package adds (entry point yingda.llm)."""

    provider: str = Field(description="the name the package registers")
    model: str = Field("", max_length=200, description="which of its models")
    url: Url | None = Field(None, description="base URL, where the vendor takes one")
    headers: dict[str, Line] = Field(default_factory=dict, description="extra headers")
    timeout_seconds: float = Field(20, ge=0, le=300, description="seconds to the first token")
    options: Json = Field(default_factory=dict, description="the vendor's own knobs")


MODELS: dict[str, type[Shape]] = {
    "openai": OpenAIModel,
    "google": GoogleModel,
    "custom-llm": CustomLLMModel,
    "deep-seek": DeepSeekModel,
    "minimax": MinimaxLLMModel,
    "dashscope": DashScopeModel,
    "moonshot": MoonshotModel,
    "zhipu": ZhipuModel,
    "qianfan": QianfanModel,
    "spark": SparkModel,
    "ark": ArkModel,
    "hunyuan": HunyuanModel,
    "scripted": ScriptedModel,
}
AnyModel = (
    OpenAIModel | GoogleModel | CustomLLMModel | DeepSeekModel | MinimaxLLMModel | DashScopeModel
    | MoonshotModel | ZhipuModel | QianfanModel | SparkModel | ArkModel | HunyuanModel | ScriptedModel
    | OtherModel
)  # fmt: skip
Model = Annotated[AnyModel, one_of("provider", MODELS, refuse_unknown("llm", VAPI_MODELS), OtherModel)]


class FallbackModelPlan(Shape):
    """Models that take over, of any vendor. They get the first one's messages and tools."""

    models: list[Model] = Field(min_length=1, max_length=5, description="asked in this order")
    strategy: Begins = "ordered"

    @field_validator("models")
    @classmethod
    def _plain(cls, models: list[AnyModel]) -> list[AnyModel]:
        return plain_fallbacks(models, "messages", "tools", "functions")


_shapes: tuple[type[Shape], ...] = (_Model, *MODELS.values(), OtherModel)
for _shape in _shapes:
    _shape.model_rebuild()
