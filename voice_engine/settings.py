"""The engine's configuration section, and the platform's vendor keys."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, model_validator

from voice_engine.kernel.vendor_settings import VendorSettings, key


class ProviderLimit(BaseModel):
    """How much may be spent with a vendor, by everybody who uses the platform's keys or by each organization.

    `provider` "*" is each vendor for itself. Calls that have begun go on; new requests go to the next vendor.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: str = "*"
    component: Literal["transcriber", "model", "voice"] | None = None
    per: Literal["platform", "organization"] = "platform"
    requests_per_minute: int | None = Field(None, gt=0)
    audio_minutes_per_day: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _limits(self) -> Self:
        if self.requests_per_minute is None and self.audio_minutes_per_day is None:
            raise ValueError("a limit needs requests_per_minute or audio_minutes_per_day")
        return self


class EngineSettings(VendorSettings):
    """`YINGDA_ENGINE_*`: one engine process."""

    engine_index: int = Field(0, description="number of this process on its machine; chooses its port")
    engine_host: str = Field("127.0.0.1", description="address the engine's own port listens on")
    engine_port: int = Field(8100, description="process n listens on engine_port + n")
    engine_public_url: str = Field(
        "", description="base URL clients reach this engine under (wss://…); empty = through the API's port"
    )
    engine_slots: int = Field(80, description="calls this process accepts at once")
    engine_queue: int = Field(20, description="callers that may wait for a slot, organisations in turn")
    engine_drain_s: float = Field(
        0.0, description="seconds running calls may go on after SIGTERM; a second signal ends them"
    )
    engine_id: str = Field("", description="stable name; empty = host name and index")
    api_url: str = Field(
        "http://127.0.0.1:8000", description="where this engine reaches the control plane's REST API"
    )
    runtime_dir: Path | None = Field(None, description="Unix sockets; short path; default data_dir/run")
    spool_dir: Path | None = Field(
        None, description="event logs and recordings in progress; default data_dir/spool"
    )
    blob_dir: Path | None = Field(None, description="finished recordings; default data_dir/blobs")

    fallback_plans: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="who takes over for assistants without a fallbackPlan; see the guide on failover",
    )
    provider_limits: list[ProviderLimit] = Field(
        default_factory=list,
        description="requests a minute and minutes of sound a day per vendor; see the guide on failover",
    )

    dashscope_api_key: SecretStr = key("DASHSCOPE_API_KEY", "Aliyun 百炼: Paraformer, Qwen, CosyVoice")
    sherpa_onnx_models: str = Field("", description="directory whose directories are models of sherpa-onnx")
    dashscope_websocket_url: str = Field(
        "",
        validation_alias=AliasChoices("dashscope_websocket_url", "DASHSCOPE_WEBSOCKET_BASE_URL"),
        description="DashScope's speech services; empty = the SDK's own address",
    )
    dashscope_compatible_url: str = Field(
        "https://dashscope.aliyuncs.com/compatible-mode/v1",
        validation_alias=AliasChoices("dashscope_compatible_url", "DASHSCOPE_COMPATIBLE_BASE_URL"),
        description="DashScope's models, by OpenAI's protocol",
    )
    openai_api_key: SecretStr = key("OPENAI_API_KEY", "OpenAI, or whoever is at OPENAI_BASE_URL")
    openai_base_url: str = Field(
        "https://api.openai.com/v1",
        validation_alias=AliasChoices("openai_base_url", "OPENAI_BASE_URL"),
        description="where models of provider openai are",
    )
    deepseek_api_key: SecretStr = key("DEEPSEEK_API_KEY", "DeepSeek")
    analysis_model: str = Field(
        "",
        description="who analyses calls whose assistant has no model that writes, as provider/model, such as"
        " dashscope/qwen-flash; empty = such calls get no analysis",
    )

    @property
    def runtime(self) -> Path:
        return self.runtime_dir or self.data_dir / "run"

    @property
    def spool(self) -> Path:
        return self.spool_dir or self.data_dir / "spool"

    @property
    def blobs(self) -> Path:
        return self.blob_dir or self.data_dir / "blobs"
