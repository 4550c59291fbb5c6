"""A recogniser that knows what the caller says, and tells it as late and as wrongly as is written."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, Transcript, Usage
from voice_engine.simulate.caller import Utterance
from voice_engine.simulate.faults import GARBAGE, Trouble, forever, refusal
from voice_engine.simulate.parts import spoken_number
from voice_engine.simulate.scenario import Fault, Recogniser
from voice_engine.simulate.seen import Asked, Notes

_TWICE_S = 0.1  # a duplicated final comes so long after the first
Heard = Transcript | Usage | BaseException | None


@dataclass
class ScriptedRecogniser:
    """Hears `spoken`, the caller's utterances, by the number in their sound."""

    script: Recogniser
    trouble: Trouble
    notes: Notes
    spoken: Sequence[Utterance]
    vendor: str = "sim"
    capabilities: Capabilities = field(init=False)

    def __post_init__(self) -> None:
        self.capabilities = Capabilities(endpoints_itself=self.script.endpoint_s is not None)

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """Transcripts until the frames end."""
        ear = _Ear(self)
        reading = asyncio.ensure_future(ear.read(frames))
        try:
            while (item := await ear.told.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


class _Ear:
    """One connection: what it has heard of the current utterance, and what it will tell."""

    def __init__(self, of: ScriptedRecogniser) -> None:
        self._of, self._script = of, of.script
        self.told: asyncio.Queue[Heard] = asyncio.Queue()
        self._seconds = 0.0
        self._forget()

    def _forget(self) -> None:
        self._heard: dict[int, float] = {}
        self._fault: Fault | None = None
        self._shown = ""
        self._voiced = self._silent = 0.0
        self._laid_down = False
        self._partials: list[asyncio.TimerHandle] = []

    async def read(self, frames: AsyncIterator[AudioFrame | Flush]) -> None:
        """Take in all sound; what goes wrong here is told as well."""
        try:
            async for item in frames:
                if isinstance(item, Flush):
                    self._flush()
                else:
                    await self._hear(item)
            self._tell(Usage({"seconds": round(self._seconds, 3)}), 0.0)
            self._tell(None, 0.0)
        except Exception as error:  # noqa: BLE001 - boundary: whoever listens to the transcripts gets it
            self.told.put_nowait(error)

    async def _hear(self, frame: AudioFrame) -> None:
        self._seconds += frame.seconds
        number = spoken_number(frame.pcm)
        if number is None:
            self._silence(frame.seconds)
            return
        if not self._heard:
            await self._begin()
        if number not in self._heard:
            self._recite(self._of.spoken[number])
        self._silent = 0.0
        self._voiced += frame.seconds
        self._heard[number] = self._heard.get(number, 0.0) + frame.seconds
        if self._voiced >= self._script.partial_every_s - 1e-9:
            self._voiced = 0.0
            self._show()

    async def _begin(self) -> None:
        of = self._of
        self._fault = fault = of.trouble.next()
        of.notes.asked.append(Asked("recogniser", of.trouble.member, asyncio.get_running_loop().time()))
        if fault is None:
            return
        if fault.what == "cut":
            self.told.put_nowait(None)
        if fault.what in ("cut", "hang"):
            await forever()
        if fault.what in ("break", "error", "429", "auth"):
            raise refusal(fault, of.vendor)

    def _recite(self, utterance: Utterance) -> None:
        """Tell what is laid down for this utterance, at its times."""
        if utterance.results is None:
            return
        self._laid_down = True
        passed = asyncio.get_running_loop().time() - utterance.line_began
        for result in utterance.results:
            self._tell(Transcript(result.text, final=result.final, confidence=1.0), result.at - passed)

    def _show(self) -> None:
        text = self._text(whole=False)
        if text and text != self._shown and not self._laid_down:
            self._shown = text
            told = self._tell(Transcript(text, final=False), self._script.partial_after_s)
            self._partials += [told] if told else []

    def _silence(self, seconds: float) -> None:
        endpoint = self._script.endpoint_s
        if endpoint is None or not self._heard:
            return
        self._silent += seconds
        if self._silent >= endpoint - 1e-9:
            self._final()

    def _flush(self) -> None:
        if self._script.endpoint_s is None:
            self._final()

    def _final(self) -> None:
        fault, after = self._fault, self._script.final_after_s
        until = asyncio.get_running_loop().time() + after
        for partial in self._partials:
            if partial.when() > until:
                partial.cancel()
        if not self._laid_down and not (fault and fault.what == "lost"):
            text = GARBAGE if fault and fault.what == "garbage" else self._text(whole=True)
            after += fault.by if fault and fault.what == "late" else 0.0
            self._tell(Transcript(text, final=True, confidence=1.0), after)
            if fault and fault.what == "duplicated":
                self._tell(Transcript(text, final=True, confidence=1.0), after + _TWICE_S)
        self._forget()

    def _text(self, *, whole: bool) -> str:
        pieces = []
        for number, seconds in self._heard.items():
            said = self._of.spoken[number]
            share = 1.0 if whole else min(1.0, seconds / said.seconds)
            pieces.append(said.text[: int(len(said.text) * share + 1e-6)])
        text = ""
        for piece in pieces:
            latin = text[-1:].isascii() and piece[:1].isascii() and text and piece
            text += f" {piece}" if latin else piece
        return text

    def _tell(self, item: Heard, after: float) -> asyncio.TimerHandle | None:
        if after > 0:
            return asyncio.get_running_loop().call_later(after, self.told.put_nowait, item)
        self.told.put_nowait(item)
        return None
