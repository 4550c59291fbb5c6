"""Several voices as one.

Before its first sound a voice is replaced unnoticed. After it, a break is a ProviderError, and the voice
rests for a while: who speaks knows what has been heard and asks for the rest, which the next voice says.
`retryable` tells whether there is anybody to say it.
"""

import asyncio
from collections.abc import AsyncIterator

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Capabilities, Tts, Usage, WordTimes
from voice_engine.providers.pool.choice import healthy
from voice_engine.providers.pool.contest import AGAIN, NOT_PASSED_ON, Contest, Rules
from voice_engine.providers.pool.member import Desk, Member
from voice_engine.providers.pool.troubles import Troubles

Sound = AudioFrame | WordTimes | Usage

STALL_S = 1.0  # between two frames while there is text left
TOTAL_S = 8.0  # until somebody's first sound
REST_S = 120.0  # a voice that broke off is not asked again in this call for so long


class PoolTts:
    """A voice made of voices; the first member is the one the assistant names."""

    def __init__(
        self,
        members: list[Member[Tts]],
        troubles: Troubles | None = None,
        *,
        stall_s: float = STALL_S,
        total_s: float = TOTAL_S,
    ) -> None:
        first = members[0].part.capabilities
        rates = dict.fromkeys(rate for m in members for rate in m.part.capabilities.sample_rates)
        self.capabilities = Capabilities(tuple(rates), first.languages, word_times=first.word_times)
        self.vendor = members[0].provider
        self._desk = Desk("tts", members, troubles or Troubles())
        self._stall_s, self._total_s = stall_s, total_s

    async def synthesize(self, text: AsyncIterator[str]) -> AsyncIterator[Sound]:
        """Sound of one voice, at that voice's rate, each frame with its own."""
        script = _Script()
        contest = Contest(self._desk, self._rules(script))
        script.whole = lambda: self._whole(contest)
        reading = asyncio.create_task(script.fill(text), name="script")
        usage: Usage | None = None
        broken: Member[Tts] | None = None
        sound_s = 0.0
        try:
            while True:
                try:
                    sound = await contest.next(self._stall_s if script.ended else None)
                except StopAsyncIteration:
                    break
                assert contest.winner is not None
                if isinstance(sound, Usage):
                    usage = sound = contest.winner.stamp(sound)
                elif isinstance(sound, AudioFrame):
                    if not sound_s:
                        _first_audio(contest, script)
                    sound_s += sound.seconds
                yield sound
                if usage is None:  # a synthesis that is cut off is billed too, to whoever spoke
                    usage = contest.winner.stamp(script.cost())
                    yield usage
        except _TextFailed as failed:
            raise failed.error from None
        except ProviderError as error:
            broken = contest.winner
            if broken:
                self._broke_off(broken, error, contest.now)
            raise
        finally:
            if contest.winner:
                contest.winner.standing.allowance.heard(sound_s)
                if contest.winner is not broken and script.spoken:
                    self._desk.succeeded(contest.winner, contest.now)
            reading.cancel()
            await contest.close()
            await asyncio.wait([reading])

    def _rules(self, script: "_Script") -> Rules[Tts, Sound]:
        return Rules(
            lambda member: member.part.synthesize(script.read()),
            _is_sound,
            script.unspoken,
            script.cost,
            self._total_s,
        )

    def _whole(self, contest: Contest[Tts, Sound]) -> None:
        """The text is there: from now on a silent voice is a late voice."""
        if contest.winner:
            contest.mind(self._stall_s)
        else:
            contest.start()

    def _broke_off(self, member: Member[Tts], error: ProviderError, now: float) -> None:
        self._desk.failed(member, error, now)
        member.resting_until = now + REST_S
        others = healthy(self._desk.members, now)
        hopeful = bool(others) or (self._desk.alone and error.kind in AGAIN)
        error.retryable = hopeful and error.kind not in NOT_PASSED_ON


class _TextFailed(Exception):
    """The text broke off: no voice is to blame."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class _Script:
    """The text of one synthesis, for every voice that is asked from its beginning."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._more = asyncio.Event()
        self.ended = False
        self.began_at = 0.0  # when there was something to say; the loop's time
        self.error: Exception | None = None
        self.whole = lambda: None

    async def fill(self, text: AsyncIterator[str]) -> None:
        """Take the text from where it comes."""
        try:
            async for piece in text:
                self.began_at = self.began_at or asyncio.get_running_loop().time()
                self._pieces.append(piece)
                self._more.set()
        except Exception as error:  # noqa: BLE001  boundary: the caller's own failure: passed on as it is
            self.error = error
        self.ended = True
        self._more.set()
        self.whole()

    async def read(self) -> AsyncIterator[str]:
        """The text from its beginning."""
        at = 0
        while True:
            while at < len(self._pieces):
                yield self._pieces[at]
                at += 1
            if self.error is not None:
                raise _TextFailed(self.error)
            if self.ended:
                return
            self._more.clear()
            await self._more.wait()

    @property
    def spoken(self) -> bool:
        """Whether there is anything in the text that sounds."""
        return any(char.isalnum() for piece in self._pieces for char in piece)

    def cost(self) -> Usage:
        """What a voice bills that was asked for this text."""
        return Usage({"characters": float(sum(map(len, self._pieces)))}, estimated=True)

    def unspoken(self, member: Member[Tts]) -> ProviderError | None:
        """A voice that ends without a sound has failed, unless there was nothing to say."""
        if not self.spoken:
            return None
        sentence = f"{member.provider} ended without a sound. Try another voice."
        return ProviderError("server", member.provider, sentence)


def _first_audio(contest: Contest[Tts, Sound], script: _Script) -> None:
    assert contest.winner is not None
    waited_s = contest.now - max(contest.asked_at, script.began_at)
    contest.winner.standing.figures.waited("first-audio", waited_s)


def _is_sound(sound: Sound) -> bool:
    return isinstance(sound, AudioFrame)
