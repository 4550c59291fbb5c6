"""A recogniser that knows beforehand what will be said, for callers whose sound is real speech."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage


@dataclass
class Recogniser:
    """Understands its texts one after the other, each with a Flush; then always `otherwise`."""

    texts: list[str]
    otherwise: str = ""
    vendor: str = "script"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(endpoints_itself=False))

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        async for item in frames:
            if isinstance(item, Flush):
                yield Transcript(self.texts.pop(0) if self.texts else self.otherwise, final=True)
