"""May the call be recorded? Asked before anything else; not a sample is kept before the caller has agreed.

stay-on-line: whoever is still there some seconds after the message agrees. verbal: whoever says so does; an
answer that is none is asked for once more, and then counts as a refusal.
"""

from collections.abc import Callable
from enum import Enum

from voice_engine.kernel.events import EventType
from voice_engine.listen.assent import assents
from voice_engine.session import reasons
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor
from voice_engine.session.recorder import Recorder
from voice_engine.session.stage import Saying
from voice_engine.spec import AssistantSpec

SOURCE = "consent"
ANSWER_S = 8.0  # for a spoken yes or no
TIMES = 2  # it is asked


class _Stage(Enum):
    CALLER_FIRST = "caller-first"
    ASKING = "asking"
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Consent:
    """Told what the caller says while it is open, and when its message was heard; asked every 20 ms.

    `go_on` begins the conversation proper. Times are the session's.
    """

    def __init__(
        self,
        spec: AssistantSpec,
        floor: Floor,
        events: EventLog,
        recorder: Recorder,
        go_on: Callable[[], None],
        end: Callable[[str], None],
    ) -> None:
        self._plan, self._farewell = spec.consent, spec.end_call_message
        self._floor, self._events, self._recorder = floor, events, recorder
        self._go_on, self._end = go_on, end
        first = _Stage.CALLER_FIRST if spec.consent and spec.consent.after_caller else _Stage.ASKING
        self._stage = first if spec.consent else _Stage.GRANTED
        self._asked, self._heard_at = 0, 0.0
        if spec.consent:
            recorder.off_record()

    @property
    def open(self) -> bool:
        """Whether it is not decided yet: what the caller says is for us."""
        return self._stage in (_Stage.CALLER_FIRST, _Stage.ASKING, _Stage.ASKED)

    @property
    def granted(self) -> bool:
        """Whether the recording may be kept."""
        return self._stage is _Stage.GRANTED

    def begin(self) -> None:
        """The call begins: ask, or if there is nothing to ask, go on."""
        if not self.open:
            self._go_on()
        elif self._stage is _Stage.ASKING:
            self._ask()

    def heard(self, text: str, now: float) -> None:
        """The caller said this while it was open."""
        if self._stage is _Stage.CALLER_FIRST:
            self._ask()
        elif self._plan and self._plan.kind == "verbal":
            agreed = assents(text)
            if agreed is not None:
                self._floor.interrupt()  # whoever types may answer before the question is over
                self._decide(agreed, now)
            elif self._stage is _Stage.ASKED:
                self._ask_again(now)

    def message_over(self, now: float) -> None:
        """Our question has been heard."""
        if self._stage is _Stage.ASKING:
            self._stage, self._heard_at = _Stage.ASKED, now

    def tick(self, now: float, *, caller_busy: bool) -> None:
        """Nobody is waited for without end."""
        if self._stage is not _Stage.ASKED or self._plan is None or caller_busy:
            return
        if self._plan.kind == "stay-on-line" and now - self._heard_at >= self._plan.wait_s:
            self._decide(True, now)
        elif self._plan.kind == "verbal" and now - self._heard_at >= ANSWER_S:
            self._ask_again(now)

    def _ask(self) -> None:
        assert self._plan is not None
        self._stage = _Stage.ASKING
        self._asked += 1
        self._floor.say(Saying(self._plan.message, SOURCE, interruptible=False))

    def _ask_again(self, now: float) -> None:
        if self._asked < TIMES:
            self._ask()
        else:
            self._decide(False, now)

    def _decide(self, agreed: bool, now: float) -> None:
        assert self._plan is not None
        self._stage = _Stage.GRANTED if agreed else _Stage.REFUSED
        self._events.emit(EventType.RECORDING_CONSENT, plan=self._plan.kind, granted=agreed)
        if agreed:
            self._recorder.on_record(now)
        if agreed or not self._plan.end_call:
            self._go_on()
        elif self._farewell:
            self._floor.say(Saying(self._farewell, end_reason=reasons.ASSISTANT_ENDED, interruptible=False))
        else:
            self._end(reasons.ASSISTANT_ENDED)
