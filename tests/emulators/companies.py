"""The companies with several services, whole: what `yingda emulate` serves under their names."""

import json
from typing import Any, ClassVar

from tests.emulators import dashscope
from tests.emulators.custom import CustomEmulator
from tests.emulators.ear import Script
from tests.emulators.faults import Fault
from tests.emulators.gemini import GeminiEmulator
from tests.emulators.house import House
from tests.emulators.minimax import MiniMaxEmulator
from tests.emulators.openai.served import KEY, Gemini, Gpt, MiniMax, Own, Qwen
from tests.emulators.openai_realtime import OpenAiRealtimeEmulator
from tests.emulators.openai_speech import OpenAiSpeechEmulator
from tests.emulators.openai_speech.server import Manner
from tests.emulators.qwen_omni import QwenOmniEmulator
from voice_engine.kernel.accounts import ACCOUNTS, BASE_URL


class DashScope(House):
    """Tasks and sessions of speech, Qwen, Qwen-Omni, voices of one's own."""

    name: ClassVar[str] = "dashscope"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = {"apiKey": KEY}
        self.speech = dashscope.DashScopeEmulator(keys=(KEY,))
        self.voices, self.omni, self.qwen = _Voices(dashscope.Qwen()), QwenOmniEmulator(), Qwen()
        self.omni.account = self.account
        self.rooms = [self.speech, self.voices, self.omni, self.qwen]

    def tell(self, room: Any) -> None:
        if room is self.speech:
            self.speech.manner.script = dashscope.Script(self.said)
            self.speech.fault = self.fault
        else:
            super().tell(room)

    def room(self, path: str, upgrades: bool) -> Any:
        if upgrades:
            sessions = path.startswith(QwenOmniEmulator.path)
            return self.omni if sessions and not ("-asr-" in path or "-tts-" in path) else self.speech
        return self.voices if path.startswith("/api/") else self.qwen


class _Voices(dashscope.ChatServer):
    said: Any = None

    @property
    def violations(self) -> list[str]:
        return self.voices.violations

    @property
    def fault(self) -> Fault | None:
        return None

    @fault.setter
    def fault(self, fault: Fault | None) -> None:
        if fault and fault.kind in ("refuse", "fail"):
            self.voices.fault = (fault.status or 400, {"code": fault.code, "message": "refused as ordered"})


class OpenAi(House):
    """Chat completions, files and voices, realtime transcription, realtime conversation."""

    name: ClassVar[str] = "openai"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = {"apiKey": KEY}
        elsewhere = Manner(home=False)  # clients see that this is not api.openai.com
        self.speech = OpenAiSpeechEmulator(manner=elsewhere)
        self.realtime, self.gpt = OpenAiRealtimeEmulator(), Gpt()
        self.speech.account = self.realtime.account = self.account
        self.rooms = [self.speech, self.realtime, self.gpt]

    def room(self, path: str, upgrades: bool) -> Any:
        if upgrades:
            return self.speech if "intent=transcription" in path else self.realtime
        return self.speech if path.startswith("/v1/audio/") else self.gpt

    def environment(self) -> dict[str, str]:
        return {**super().environment(), ACCOUNTS[self.name].setting(BASE_URL): f"{self.url}/v1"}


class Whisper(OpenAiSpeechEmulator):
    """A server that copies OpenAI's; it wants a key."""

    name: ClassVar[str] = "whisper"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script, Manner(home=False))
        self.account = {"apiKey": KEY}

    def environment(self) -> dict[str, str]:
        known = ACCOUNTS[self.name]
        return {known.setting("apiKey"): KEY, known.setting(BASE_URL): f"{self.url}/v1"}


class Google(House):
    """Gemini by OpenAI's protocol, and Gemini Live."""

    name: ClassVar[str] = "google"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.account = {"apiKey": KEY}
        self.live, self.gemini = GeminiEmulator(), Gemini()
        self.live.account = self.account
        self.rooms = [self.live, self.gemini]

    def room(self, path: str, upgrades: bool) -> Any:
        return self.live if upgrades else self.gemini


class MiniMaxCompany(House):
    """The model, the voices over both protocols, voices of one's own."""

    name: ClassVar[str] = "minimax"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.speech, self.model = MiniMaxEmulator(), MiniMax()
        self.speech.account["apiKey"] = KEY
        self.account = self.speech.account
        self.rooms = [self.speech, self.model]

    def room(self, path: str, upgrades: bool) -> Any:
        return self.model if "/chat/completions" in path else self.speech


class Custom(House):
    """A tenant's own recogniser, voice and model. They are in the assistant, not in the settings."""

    name: ClassVar[str] = "custom"

    def __init__(self, script: Script | None = None) -> None:
        super().__init__(script)
        self.speech, self.model = CustomEmulator(), Own()
        self.rooms = [self.speech, self.model]

    def room(self, path: str, upgrades: bool) -> Any:
        return self.model if "/chat/completions" in path else self.speech

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        await super().start(host, port)
        server = {name: json.dumps(self._server_of(name)) for name in ("transcriber", "voice")}
        self.notes = (
            f'"transcriber": {{"provider": "custom-transcriber", "server": {server["transcriber"]}}}',
            f'"model": {{"provider": "custom-llm", "url": "{self.url}/v1", "model": "local"}}',
            f'"voice": {{"provider": "custom-voice", "server": {server["voice"]}}}',
        )

    def _server_of(self, service: str) -> dict[str, Any]:
        return {**self.speech.server(service), "url": f"{self.url}/{service}"}

    def environment(self) -> dict[str, str]:
        return self.speech.environment()
