"""A recorded call → a scenario that goes the same way, in the caller's words and the vendors' times.

The caller's lines stand at their times in the call, or, `anchored`, where they stood to the agent's speech:
then they move along when the agent answers sooner or later.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from voice_engine.kernel.events import Event, EventType
from voice_engine.simulate.expect import spoken
from voice_engine.simulate.scenario import (
    Answer,
    Call,
    Json,
    Line,
    Model,
    Recognised,
    Recogniser,
    Scenario,
    SpokenText,
    ToolDeed,
    Voice,
)
from voice_engine.simulate.tape import SAME_S, Reply, Tape
from voice_engine.speak.heard import weight
from voice_engine.spec import AssistantSpec

_SECRET = frozenset({"sealed_api_key", "server_headers", "headers"})
_AFTER_THE_END_S = 5.0
_NEVER_S = 3600.0
_BETWEEN_S = 0.1  # a voice's first sound for a clause behind another: hidden, so not recorded
_ENOUGH_UNITS = 2.0
_FINAL_S = 0.5  # a recogniser says so late that it has understood nothing; that is not recorded
_AHEAD = 2  # characters: a clause is released when the first ones of the next are there
_LATER_S = 30.0  # an anchored conversation may take longer


def scenario_of(spec: AssistantSpec, events: Sequence[Event], *, anchored: bool = False) -> Scenario:
    """The scenario of a session's events, in their order, as `on_one_clock` gives them."""
    tape = Tape(events, spec.turn.interrupt_voice_s)
    lines = list(_lines(tape, anchored=anchored))
    ended = tape.ended
    return Scenario(
        name=f"call {events[0].call_id}" if events else "call",
        assistant={"language": "", **_shown(spec.model_dump(mode="json", exclude_defaults=True))},
        caller=tuple(lines),
        recogniser=Recogniser(endpoint_s=_NEVER_S),  # all that it said is laid down in the lines
        model=Model(answers=tuple(_answers(tape))),
        voice=_voice(tape),
        tools=_tools(tape, {tool.name for tool in spec.model.tools if not tool.server_url}),
        until=None if _hung_up(tape) else ended + (_LATER_S if anchored else _AFTER_THE_END_S),
        expect=_expected(tape),
    )


# ── the caller ───────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Deed:
    """Something the caller did, at its time, as the fields of a line."""

    at: float
    lasting: float
    what: Json


def _lines(tape: Tape, *, anchored: bool) -> Iterator[Line]:
    before = _Deed(0.0, 0.0, {})
    for deed in sorted(_deeds(tape), key=lambda deed: deed.at):
        when = _anchor(tape, deed, before) if anchored else {"at": round(deed.at, 3)}
        yield Line.model_validate(when | deed.what)
        before = deed


def _deeds(tape: Tape) -> Iterator[_Deed]:
    yield from _speech(tape)
    for event in tape.of(EventType.MESSAGE):
        data = event.data
        if data["role"] == "user" and not data["duration"]:
            yield _Deed(data["secondsFromStart"], 0.0, {"type": data["message"]})
    for reply in tape.replies.values():
        if reply.source == "force-say" and reply.clauses:
            text = "".join(text for _, text in reply.clauses)
            yield _Deed(reply.clauses[0][0], 0.0, {"command": {"type": "say", "content": text}})
    if _hung_up(tape):
        yield _Deed(tape.ended, 0.0, {"hang_up": True})
    elif tape.reason == "manually-canceled":
        yield _Deed(tape.ended, 0.0, {"command": {"type": "end-call"}})


def _speech(tape: Tape) -> Iterator[_Deed]:
    begins = [e.data["atS"] for e in tape.of(EventType.SPEECH_STARTED) if e.data["role"] == "user"]
    ends = [e.data["atS"] for e in tape.of(EventType.SPEECH_STOPPED) if e.data["role"] == "user"]
    heard: list[list[Recognised]] = [[] for _ in begins]
    for event in tape.of(EventType.TRANSCRIPT):
        number = bisect_right(begins, event.t) - 1
        if number >= 0:
            at = round(event.t - begins[number], 3)
            heard[number].append(Recognised(at=at, text=event.data["text"], final=event.data["final"]))
    for begin, end, results in zip(begins, [*ends, tape.ended], heard, strict=False):
        lasting = round(max(0.02, end - begin), 3)
        text = next((one.text for one in reversed(results) if one.text.strip()), "")
        if not results and not _apologised(tape, end):
            results = [Recognised(at=lasting + _FINAL_S, text="", final=True)]
        plain = [one.model_dump(exclude_defaults=True) for one in results]
        said: Json = {"say": text, "lasting": lasting} if text else {"noise": lasting}
        yield _Deed(begin, lasting, said | {"heard": plain})


def _apologised(tape: Tape, end: float) -> bool:
    replies = [reply for reply in tape.replies.values() if reply.source == "apology" and reply.clauses]
    return any(end < reply.clauses[0][0] < end + _AFTER_THE_END_S for reply in replies)


def _anchor(tape: Tape, deed: _Deed, before: _Deed) -> Json:
    talk = next((t for t in reversed(tape.talks) if t[0] <= deed.at), None)
    if talk and talk[1] > deed.at:
        return {"while_agent": round(deed.at - talk[0], 3)}
    if talk and talk[1] >= before.at and not _cut(tape, talk[1]):
        return {"after_agent": round(deed.at - talk[1], 3)}
    return {"after": round(max(0.0, deed.at - before.at - before.lasting), 3)}


def _cut(tape: Tape, at: float) -> bool:
    return any(abs(event.t - at) < SAME_S for event in tape.of(EventType.USER_INTERRUPTED))


def _hung_up(tape: Tape) -> bool:
    return tape.reason == "customer-ended-call"


# ── the vendors ──────────────────────────────────────────────────────────────────────────────────────


def _answers(tape: Tape) -> Iterator[Answer]:
    """One for each time the model was asked, in order: turns of which nothing came merge with the next."""
    for reply in tape.replies.values():
        if reply.thought and not reply.merged:
            yield from _rounds(reply)


def _rounds(reply: Reply) -> Iterator[Answer]:
    asked = reply.marks.get("llmStartedS", reply.asked_at or 0.0)
    for calls, results in reply.rounds:
        wanted = tuple(Call(name=c["name"], arguments=c["arguments"]) for c in calls.data["toolCalls"])
        pieces = _pieces(reply, asked, asked - 1, calls.t)
        first = round(max(0.0, calls.t - asked), 3)
        yield Answer(pieces=pieces, call=wanted, first_after_s=first)
        if results is None:
            return
        asked = results.t
    pieces = _pieces(reply, asked, asked if reply.rounds else asked - 1, float("inf"))
    if not pieces:
        yield Answer(pieces=((_silence(reply, asked), ""),))
        return
    first = reply.marks.get("llmFirstS", asked + pieces[0][0]) - asked
    yield Answer(pieces=pieces, first_after_s=round(min(max(0.0, first), pieces[0][0]), 3))


def _silence(reply: Reply, asked: float) -> float:
    """How long a model took that said nothing: for ever, if the caller had to be told so."""
    return _NEVER_S if reply.interrupted else round(max(0.0, reply.ended_at - asked), 3)


def _pieces(reply: Reply, asked: float, since: float, until: float) -> tuple[tuple[float, str], ...]:
    """The clauses as the model's pieces, each when its text was there. A guess tells its clauses late."""
    first = reply.marks.get("clauseFirstS")
    pieces: list[tuple[float, str]] = []
    for at, text in reply.clauses:
        if since <= at <= until:
            told_late = at == reply.asked_at and first is not None
            when = first if told_late or (not pieces and first and first >= since) else at
            pieces.append((round(max(0.0, (when or at) - asked), 3), text))
    return tuple(_overlapping(pieces))


def _overlapping(pieces: list[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    """Each with the first characters of the next one, which were there when it was released."""
    borrowed = 0
    for (at, text), (_, following) in itertools.pairwise([*pieces, (0.0, "")]):
        yield at, text[borrowed:] + following[:_AHEAD]
        borrowed = min(_AHEAD, len(following))


def _voice(tape: Tape) -> Voice:
    texts: dict[str, SpokenText] = {}
    for reply in tape.replies.values():
        marks = reply.marks
        if not reply.clauses or "ttsFirstS" not in marks:
            continue
        after = marks["ttsFirstS"] - marks.get("clauseFirstS", marks["ttsFirstS"])
        for number, (_, text) in enumerate(reply.clauses):
            first = round(after if number == 0 else _BETWEEN_S, 3)
            texts[spoken(text)] = SpokenText(after_s=first, char_s=_pace(reply))
    return Voice(texts=texts)


def _pace(reply: Reply) -> float | None:
    """Seconds of a Chinese character; None if too little was heard. Of an interrupted one half is unknown."""
    units = sum(map(weight, reply.heard)) + (0.5 if reply.interrupted else 0.0)
    return round(reply.sounded_s / units, 4) if units > _ENOUGH_UNITS else None


def _tools(tape: Tape, by_client: set[str]) -> dict[str, ToolDeed]:
    answers: dict[str, list[str]] = {}
    delays: dict[str, float] = {}
    for calls, results in (pair for reply in tape.replies.values() for pair in reply.rounds):
        for result in results.data["results"] if results else ():
            answers.setdefault(result["name"], []).append(str(result.get("result", result.get("error"))))
            delays[result["name"]] = round((results or calls).t - calls.t, 3)
    return {
        name: ToolDeed(answer=tuple(texts), after_s=delays[name], client=name in by_client)
        for name, texts in answers.items()
    }


def _expected(tape: Tape) -> tuple[Any, ...]:
    said = [e.data["message"] for e in tape.of(EventType.MESSAGE) if e.data["role"] == "user"]
    return (
        {"caller_said": tuple(said)},
        {"interruptions": len(tape.of(EventType.USER_INTERRUPTED))},
    )


def _shown(value: Any) -> Any:
    """Without what is secret."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items() if name not in _SECRET}
    return [_shown(inner) for inner in value] if isinstance(value, list) else value
