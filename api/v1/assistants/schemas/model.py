"""Who thinks: the model, what it is told, and the tools it may use."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

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
from api.v1.assistants.schemas.tools import Function, Tool
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.llm.script import read_script
from voice_engine.providers.llm.vendors import refuse_retired

ModelName = Annotated[str, Field(min_length=1, max_length=200)]


class OpenAIMessage(Shape):
    """One message the model starts with."""

    role: Literal["assistant", "function", "user", "system", "tool"] = Field(description="who says it")
    content: Text = Field(description="may hold {{ }} templates")


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
    tool_ids: list[str] = Field(default_factory=list, description="not available yet: put tools in tools")
    tool_refs: list[Json] = Field(default_factory=list, description="not available yet: put tools in tools")
    knowledge_base: Json | None = Field(None, description="not available yet: leave out")
    knowledge_base_id: str | None = Field(None, description="deprecated; not available: leave out")
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
        "tool_ids",
        "tool_refs",
        "knowledge_base",
        "knowledge_base_id",
    )
    @classmethod
    def _not_yet(cls, value: Any) -> Any:
        if value:
            raise ValueError("not available in this installation yet: leave it out")
        return value


class OpenAIModel(_Model):
    """A model of OpenAI, with the installation's key or a credential of provider openai."""

    provider: Literal["openai"] = Field(description="openai")
    model: ModelName = Field(description="e.g. gpt-4o-mini")
    fallback_models: list[ModelName] = Field(
        default_factory=list, max_length=5, description="OpenAI's models that take over, in this order"
    )
    reasoning_effort: Literal["minimal", "none", "low", "medium", "high", "xhigh"] | None = Field(
        None, description="for models that reason"
    )
    tool_strict_compatibility_mode: (
        Literal["strip-parameters-with-unsupported-validation", "strip-unsupported-validation"] | None
    ) = Field(None, description="accepted; parameters are sent as given")
    prompt_cache_retention: Literal["in_memory", "24h"] | None = Field(None, description="passed on")
    prompt_cache_key: str | None = Field(None, max_length=64, description="passed on")


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


class DeepSeekModel(_Model):
    """A model of DeepSeek, with the installation's key or a credential of provider deep-seek."""

    provider: Literal["deep-seek"] = Field(description="deep-seek")
    model: ModelName = Field(description="e.g. deepseek-v4-flash, deepseek-v4-pro")

    @field_validator("model")
    @classmethod
    def _still_served(cls, model: str) -> str:
        try:
            refuse_retired("deep-seek", model)
        except BadRequest as error:
            raise ValueError(error.message) from None
        return model


class DashScopeModel(_Model):
    """A Qwen model of Aliyun Model Studio (百炼), with the installation's key or a credential."""

    provider: Literal["dashscope"] = Field(description="dashscope (Yingda's own; unknown to Vapi's SDKs)")
    model: ModelName = Field("qwen-plus", description="e.g. qwen-plus, qwen-flash; default qwen-plus")
    enable_thinking: bool = Field(False, description="let a hybrid model reason first; slow in conversation")


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
    "custom-llm": CustomLLMModel,
    "deep-seek": DeepSeekModel,
    "dashscope": DashScopeModel,
    "scripted": ScriptedModel,
}
AnyModel = OpenAIModel | CustomLLMModel | DeepSeekModel | DashScopeModel | ScriptedModel | OtherModel
Model = Annotated[AnyModel, one_of("provider", MODELS, refuse_unknown("llm", VAPI_MODELS), OtherModel)]


class FallbackModelPlan(Shape):
    """Models that take over, of any vendor. They get the first one's messages and tools."""

    models: list[Model] = Field(min_length=1, max_length=5, description="asked in this order")
    strategy: Begins = "ordered"

    @field_validator("models")
    @classmethod
    def _plain(cls, models: list[AnyModel]) -> list[AnyModel]:
        return plain_fallbacks(models, "messages", "tools", "functions")


for _shape in (_Model, OpenAIModel, CustomLLMModel, DeepSeekModel, DashScopeModel, ScriptedModel, OtherModel):
    _shape.model_rebuild()
