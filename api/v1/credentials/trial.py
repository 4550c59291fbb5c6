"""Does this key work? Every service of the provider is asked for its least, side by side.

A model for a word, a voice for a syllable or two, a recogniser for an ear: what a vendor bills for that is
less than a fen.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, Literal

from api.v1.credentials.schemas import Try
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.clock import Clock, iso
from voice_engine.kernel.errors import ProviderError, YingdaError
from voice_engine.providers import registry
from voice_engine.providers.base import Flush, Message
from voice_engine.providers.factory import Factory
from voice_engine.spec import ModelSpec, TranscriberSpec, VoiceSpec

Json = dict[str, Any]
Component = Literal["transcriber", "model", "voice"]
WITHIN_S = 15.0
# Softer than any speech, but not nothing: ears that are asked by the utterance do not send digital silence.
_SILENCE = AudioFrame(b"\x80\x00\x80\xff" * 160, 16000, 0)
_FRAMES = 25  # half a second for an ear that says nothing unless it hears
_DONE = {
    "transcriber": "{name} listens after {ms} ms",
    "model": "{name} answers in {ms} ms",
    "voice": "{name} speaks after {ms} ms",
}


async def trial(
    provider: str, credential: Mapping[str, Any], org_id: str, what: Try, factory: Factory, clock: Clock
) -> Json:
    """A `Trial`; a vendor that fails is a result. `credential`: `{sealed_api_key[, extra]}` for the specs."""
    checks: list[Awaitable[Json]] = []
    if provider in registry.names("stt"):
        ear = TranscriberSpec(provider=provider, model=what.transcriber_model, **credential)
        checks.append(_check("transcriber", ear.model, lambda: _listen(factory, ear, org_id)))
    if provider in registry.names("llm"):
        mind = ModelSpec(provider=provider, model=what.model, max_tokens=16, **credential)
        checks.append(_check("model", mind.model, lambda: _ask(factory, mind, org_id)))
    if provider in registry.names("tts"):
        mouth = VoiceSpec(provider=provider, model=what.voice_model, voice_id=what.voice_id, **credential)
        checks.append(_check("voice", mouth.model, lambda: _speak(factory, mouth, org_id)))
    done = await asyncio.gather(*checks)
    refused = any(check.get("error", {}).get("kind") == "auth" for check in done)
    ok = any(check["ok"] for check in done) and not refused
    return {"ok": ok, "provider": provider, "at": iso(clock.wall()), "checks": done}


async def _check(component: Component, model: str, work: Callable[[], Awaitable[None]]) -> Json:
    began = asyncio.get_running_loop().time()
    error: Json | None = None
    try:
        async with asyncio.timeout(WITHIN_S):
            await work()
    except YingdaError as failed:
        error = _told(failed)
    except TimeoutError:
        error = {
            "kind": "timeout",
            "code": "",
            "message": f"No answer within {WITHIN_S:.0f} s.",
            "requestId": "",
        }
    ms = round((asyncio.get_running_loop().time() - began) * 1000)
    name = model or f"the {component}"
    done = "The key works; " + _DONE[component].format(name=name, ms=ms) + "."
    check: Json = {"component": component, "model": model, "ok": error is None, "latencyMs": ms}
    return {**check, "sentence": error["message"] if error else done, **({"error": error} if error else {})}


def _told(failed: YingdaError) -> Json:
    if isinstance(failed, ProviderError):
        code, request_id = failed.vendor_code, failed.request_id
        return {"kind": failed.kind, "code": code, "message": failed.message, "requestId": request_id}
    return {"kind": "bad_request", "code": failed.code, "message": failed.message, "requestId": ""}


async def _ask(factory: Factory, spec: ModelSpec, org_id: str) -> None:
    hello = [Message("user", "请只回答一个字：好")]
    async with aclosing(factory.alone(spec, org_id).reply(hello)) as reply:
        async for delta in reply:
            if delta.text:
                return


async def _speak(factory: Factory, spec: VoiceSpec, org_id: str) -> None:
    async with aclosing(factory.alone(spec, org_id).synthesize(_once("你好。"))) as sound:
        async for item in sound:
            if isinstance(item, AudioFrame):
                return


async def _listen(factory: Factory, spec: TranscriberSpec, org_id: str) -> None:
    async with aclosing(factory.alone(spec, org_id).transcribe(_silence())) as heard:
        async for _ in heard:
            pass


async def _once(text: str) -> AsyncIterator[str]:
    yield text


async def _silence() -> AsyncIterator[AudioFrame | Flush]:
    for _ in range(_FRAMES):
        yield _SILENCE
