"""A machine has answered: be silent until its beep, leave the message, end the call."""

from collections.abc import Callable
from enum import Enum

from voice_engine.kernel.events import EventType
from voice_engine.listen.voicemail import Beep, is_machine
from voice_engine.session import reasons
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor
from voice_engine.session.stage import Saying
from voice_engine.spec import AssistantSpec, VoicemailPlan


class _Stage(Enum):
    OFF = "off"
    LISTENING = "listening"
    WAITING = "waiting"  # for the machine's beep
    LEAVING = "leaving"


class Voicemail:
    """Told what the call's other end says and sounds like; asked every 20 ms. Times are the session's."""

    def __init__(
        self, spec: AssistantSpec, rate: int, floor: Floor, end: Callable[[str], None], events: EventLog
    ) -> None:
        self._message, self._plan = spec.voicemail_message, spec.voicemail or VoicemailPlan()
        self._floor, self._end, self._events = floor, end, events
        self._stage = _Stage.LISTENING if spec.voicemail else _Stage.OFF
        self._beep, self._wait_until = Beep(rate), 0.0

    @property
    def machine(self) -> bool:
        """Whether it is known to be a machine: nothing of what it says is a turn."""
        return self._stage in (_Stage.WAITING, _Stage.LEAVING)

    @property
    def listens(self) -> bool:
        """Whether it wants to know what the other end says and sounds like."""
        return self._stage in (_Stage.LISTENING, _Stage.WAITING)

    def words(self, text: str, now: float) -> None:
        """The other end's words so far, of the utterance that goes on."""
        if self._stage is _Stage.LISTENING and is_machine(text):
            self._found("transcript", text, now)

    def sound(self, pcm: bytes, now: float) -> None:
        """The other end's sound, PCM16 at the line's rate."""
        if not self._beep.hear(pcm):
            return
        if self._stage is _Stage.LISTENING and self._plan.by == "audio":
            self._found("audio", "", now)
        if self._stage is _Stage.WAITING:
            self._leave()

    def tick(self, now: float) -> None:
        """Nobody is listened to for ever, and no beep waited for."""
        if self._stage is _Stage.LISTENING and now >= self._plan.within_s:
            self._stage = _Stage.OFF
        elif self._stage is _Stage.WAITING and now >= self._wait_until:
            self._leave()

    def _found(self, by: str, text: str, now: float) -> None:
        self._events.emit(EventType.VOICEMAIL_DETECTED, by=by, text=text)
        self._floor.interrupt()
        self._floor.forget_waiting()
        if self._message:
            self._wait(now, self._plan.beep_wait_s)
        else:
            self._end(reasons.VOICEMAIL)

    def tool(self, text: str, now: float, *, beep: bool) -> None:
        """The model has recognised a machine: leave this, or the assistant's message, after its reply or
        after the beep.
        """
        if self.machine:
            return
        self._message = text or self._message
        self._events.emit(EventType.VOICEMAIL_DETECTED, by="tool", text="")
        if not self._message:
            self._stage = _Stage.LEAVING
            if not self._floor.end_after(reasons.VOICEMAIL):
                self._end(reasons.VOICEMAIL)
        elif beep:
            self._wait(now, now + self._plan.beep_wait_s)
        else:
            self._leave()

    def _wait(self, now: float, until: float) -> None:
        self._stage, self._wait_until = _Stage.WAITING, until
        self.tick(now)

    def _leave(self) -> None:
        self._stage = _Stage.LEAVING
        farewell = Saying(self._message, "voicemail", end_reason=reasons.VOICEMAIL, interruptible=False)
        self._floor.say(farewell)
