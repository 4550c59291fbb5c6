"""name → "module:Class", one line per vendor. Constructors take one ProviderConfig.

Packages out of tree register the same names through entry points `yingda.stt`, `yingda.llm`, `yingda.tts`,
`yingda.realtime`, `yingda.cloner`.
"""

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Literal

from voice_engine.kernel.errors import BadRequest

Kind = Literal["stt", "llm", "tts", "realtime", "vad", "cloner"]

_HERE = "voice_engine.providers"
REGISTRY: dict[Kind, dict[str, str]] = {
    "stt": {
        "pocketsphinx": f"{_HERE}.stt.pocketsphinx:PocketSphinxStt",
        "dashscope": f"{_HERE}.stt.dashscope:DashScopeStt",
        "tencent": f"{_HERE}.stt.tencent:TencentStt",
        "baidu": f"{_HERE}.stt.baidu:BaiduStt",
        "azure": f"{_HERE}.stt.azure:AzureStt",
        "iflytek": f"{_HERE}.stt.iflytek:IflytekStt",
        "aliyun-nls": f"{_HERE}.stt.aliyun_nls:AliyunNlsStt",
        "volcengine": f"{_HERE}.stt.volcengine:VolcengineStt",
        "openai": f"{_HERE}.stt.openai:OpenAiStt",
        "whisper": f"{_HERE}.stt.whisper:WhisperStt",
        "funasr": f"{_HERE}.stt.funasr:FunAsrStt",
        "sherpa-onnx": f"{_HERE}.stt.sherpa_onnx:SherpaOnnxStt",
        "custom-transcriber": f"{_HERE}.stt.custom:CustomStt",
    },
    "llm": {
        "scripted": f"{_HERE}.llm.scripted:ScriptedLlm",
        "openai": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "custom-llm": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "dashscope": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "deep-seek": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "moonshot": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "zhipu": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "qianfan": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "spark": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "minimax": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "ark": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "hunyuan": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
        "google": f"{_HERE}.llm.openai_compatible:OpenAiCompatibleLlm",
    },
    "tts": {
        "espeak": f"{_HERE}.tts.espeak:EspeakTts",
        "dashscope": f"{_HERE}.tts.dashscope:DashScopeTts",
        "tencent": f"{_HERE}.tts.tencent:TencentTts",
        "minimax": f"{_HERE}.tts.minimax:MiniMaxTts",
        "baidu": f"{_HERE}.tts.baidu:BaiduTts",
        "azure": f"{_HERE}.tts.azure:AzureTts",
        "openai": f"{_HERE}.tts.openai:OpenAiTts",
        "custom-voice": f"{_HERE}.tts.custom:CustomTts",
        "iflytek": f"{_HERE}.tts.iflytek:IflytekTts",
        "aliyun-nls": f"{_HERE}.tts.aliyun_nls:AliyunNlsTts",
        "volcengine": f"{_HERE}.tts.volcengine:VolcengineTts",
    },
    "realtime": {
        "openai": f"{_HERE}.realtime.openai:OpenAiRealtime",
        "dashscope": f"{_HERE}.realtime.qwen_omni:QwenOmniRealtime",
        "google": f"{_HERE}.realtime.gemini:GeminiRealtime",
    },
    "vad": {
        "silero": f"{_HERE}.vad.silero:SileroVad",
        "energy": f"{_HERE}.vad.energy:EnergyVad",
    },
    "cloner": {
        "dashscope": f"{_HERE}.dashscope_sdk.cloning:DashScopeCloner",
        "minimax": f"{_HERE}.minimax.cloning:MiniMaxCloner",
    },
}


@cache
def names(kind: Kind) -> tuple[str, ...]:
    """Every vendor of this kind, ours and installed ones."""
    return tuple(sorted({*REGISTRY[kind], *(e.name for e in entry_points(group=f"yingda.{kind}"))}))


def load_ours() -> None:
    """Import every adapter above, at the start of a process: later it would hold up the sound of all calls.

    For one vendor that is 10 to 17 ms (8 of them for what all share), for all together 110 ms (measured with
    bytecode, one core of a server). What takes longer is not among it, adapters import it when they are
    used: DashScope's SDK, sherpa-onnx.
    """
    for kind, adapters in REGISTRY.items():
        for name in adapters:
            load(kind, name)


@cache
def load(kind: Kind, name: str) -> type[Any]:
    """The adapter's class; raises BadRequest naming what is available."""
    target = REGISTRY[kind].get(name)
    if target:
        module, _, attribute = target.partition(":")
        return getattr(import_module(module), attribute)
    for entry in entry_points(group=f"yingda.{kind}", name=name):
        return entry.load()
    known = ", ".join(names(kind))
    raise BadRequest("unknown_provider", f"There is no {kind} provider {name!r}; available: {known}.")
