"""A caller who follows a script: speaks, waits for the agent, interrupts, types, hangs up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from voice_engine.kernel.events import Event, EventType
from voice_engine.session.commands import obey
from voice_engine.session.session import Session
from voice_engine.simulate.parts import SILENCE, speech
from voice_engine.simulate.scenario import PAUSE, Json, Line, Recognised, Scenario
from voice_engine.simulate.seen import Done, Notes
from voice_engine.speak.heard import weight
from voice_engine.speak.pacing import SLOT_S

CHAR_S = 0.2
_QUIET_S = 2.0  # after everything was said, before the caller hangs up
_UNANSWERED_S = 5.0  # and when their last words have not been taken up
_LONGEST_S = 60.0


@dataclass(slots=True)
class Utterance:
    """Speech without a pause. `results` is what the recogniser will make of it, where that is laid down.

    `pause` follows it; `line_began` is when its line began, in seconds of the session.
    """

    text: str
    seconds: float
    results: tuple[Recognised, ...] | None = None
    pause: float = 0.0
    line_began: float = 0.0


def utterances(line: Line) -> list[Utterance]:
    """What a line lets be heard, piece by piece, each with the pause behind it."""
    if line.noise is not None:
        text = line.heard if isinstance(line.heard, str) else ""
        return [Utterance(text, line.noise, _results(line))]
    pieces = PAUSE.split(line.say or "")
    said = [Utterance(text.strip(), duration(text), pause=float(pause)) for text, pause in _pairs(pieces)]
    if line.lasting:
        whole = sum(piece.seconds for piece in said)
        for piece in said:
            piece.seconds *= line.lasting / whole
    if isinstance(line.heard, str):
        for piece in said[:-1]:
            piece.text = ""
        said[-1].text = line.heard
    said[0].results = _results(line)
    for piece in said[1:]:
        piece.results = () if said[0].results is not None else None
    return said


def duration(text: str) -> float:
    """How long a person speaks on this text, in whole slots."""
    spoken = sum(weight(char) for char in text if char.isalnum())
    return max(0.2, round(spoken * CHAR_S / SLOT_S) * SLOT_S)


def _pairs(pieces: Sequence[str]) -> list[tuple[str, str]]:
    pauses = [*pieces[1::2], "0"]
    return [(text, pause) for text, pause in zip(pieces[::2], pauses, strict=True) if text.strip()]


def _results(line: Line) -> tuple[Recognised, ...] | None:
    return line.heard if isinstance(line.heard, tuple) else None


class ScriptedCaller:
    """Follows the lines of a scenario. What it does is written into the notes."""

    def __init__(self, scenario: Scenario, notes: Notes) -> None:
        self._lines, self._until, self._notes = scenario.caller, scenario.until, notes
        self._tools = scenario.tools
        self.spoken: list[Utterance] = []
        self._playing: dict[int, int] = {}  # slot → number of the utterance that sounds in it
        self._next = 0
        self._slot = 0
        self._line_began = self._line_ended = 0.0
        self._agent_began: float | None = None
        self._agent_done: float | None = None
        self._replying: set[int] = set()
        self._taken_up = self._reply_ended = 0.0
        self._due: list[tuple[float, Json]] = []
        self._answered: Counter[str] = Counter()
        self._gone = False
        self._back_at: float | None = None  # the connection is lost until then

    def sound(self, slot: int) -> bytes:
        """What is heard of the caller in this slot."""
        self._slot = slot + 1
        number = self._playing.pop(slot, None)
        if self._back_at is not None:
            return b""
        return SILENCE if number is None else speech(number, SLOT_S)

    def act(self, session: Session, now: float) -> bool:
        """Do what is due at `now`; False when the caller has hung up."""
        if self._back_at is not None and now >= self._back_at - SLOT_S / 2:
            self._back_at = None
            session.caller_came_back()
        while self._due and self._due[0][0] <= now and session.live:
            obey(session, self._due.pop(0)[1])
        while self._next < len(self._lines) and not self._gone and self._is_due(now):
            self._do(self._lines[self._next], session, now)
            self._next += 1
        return not self._gone and not self._wants_to_go(now)

    def notice(self, event: Event) -> None:
        """What the agent does decides when some lines begin."""
        data = event.data
        match event.type:
            case EventType.SPEECH_STARTED if data["role"] == "assistant":
                self._agent_began, self._agent_done = event.t, None
            case EventType.TURN_STARTED:
                self._replying.add(data["turn"])
                self._taken_up = event.t
            case EventType.TURN_ENDED:
                self._replying.discard(data["turn"])
                self._reply_ended = event.t
                if "soundFirstS" in data["marks"]:
                    self._agent_began = None
                    self._agent_done = None if data["interrupted"] else event.t
            case EventType.TOOL_CALLS:
                self._answer_tools(event)

    # ── when ─────────────────────────────────────────────────────────────────────────────────────────

    def _is_due(self, now: float) -> bool:
        if now < self._line_ended - SLOT_S / 2:
            return False
        due = self._due_at(self._lines[self._next])
        return due is not None and now >= due - SLOT_S / 2

    def _due_at(self, line: Line) -> float | None:
        if line.at is not None:
            return line.at
        if line.while_agent is not None:
            return None if self._agent_began is None else self._agent_began + line.while_agent
        if line.after_agent is not None:
            done = self._agent_done
            return None if done is None or done < self._line_began else done + line.after_agent
        return self._line_ended + (line.after or 0.0)

    def _wants_to_go(self, now: float) -> bool:
        if self._until is not None:
            return now >= self._until - SLOT_S / 2
        if self._next < len(self._lines):
            return now > self._line_ended + _LONGEST_S
        if self._replying or self._agent_began is not None:
            return now > self._line_ended + _LONGEST_S
        taken_up = self._taken_up >= self._line_ended or self._reply_ended >= self._line_ended
        quiet_since = max(self._line_ended, self._reply_ended)
        return now > quiet_since + (_QUIET_S if taken_up else _UNANSWERED_S)

    # ── what ─────────────────────────────────────────────────────────────────────────────────────────

    def _do(self, line: Line, session: Session, now: float) -> None:
        begin = self._slot * SLOT_S
        self._line_began = self._line_ended = begin
        what = line.what
        if what in ("say", "noise"):
            self._speak(line, begin)
            return
        self._notes.done.append(Done(what, begin, begin, str(getattr(line, what))))
        if what == "hang_up":
            self._gone = True
        elif line.drop is not None:
            self._back_at = self._line_ended = begin + line.drop
            session.lose_caller()
        elif what == "type":
            obey(session, {"type": "text", "text": line.type})
        elif what == "digits":
            obey(session, {"type": "dtmf", "digits": line.digits})
        elif what == "command":
            obey(session, line.command or {})

    def _speak(self, line: Line, begin: float) -> None:
        slot = self._slot
        for piece in utterances(line):
            piece.line_began = begin
            number = len(self.spoken)
            self.spoken.append(piece)
            slots = max(1, round(piece.seconds / SLOT_S))
            self._playing |= dict.fromkeys(range(slot, slot + slots), number)
            self._notes.done.append(Done(line.what, slot * SLOT_S, (slot + slots) * SLOT_S, piece.text))
            self._line_ended = (slot + slots) * SLOT_S
            slot += slots + round(piece.pause / SLOT_S)

    def _answer_tools(self, event: Event) -> None:
        for call in event.data["toolCalls"]:
            deed = self._tools.get(call["name"])
            if deed and deed.client:
                result = {"toolCallId": call["id"], "result": deed.result(self._answered[call["name"]])}
                self._answered[call["name"]] += 1
                answer = {"type": "tool-calls-result", "toolCallResult": result}
                self._due.append((event.t + deed.after_s, answer))
        self._due.sort(key=lambda due: due[0])
