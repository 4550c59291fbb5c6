"""What the contract wants of a model."""

from collections.abc import Sequence

from tests.contracts.llm import ARGUMENTS, HOURS
from tests.contracts.realtime import RealtimeContract
from tests.emulators.openai_realtime import Call, Line, echo


def brain(lines: Sequence[Line], instructions: str) -> str | Call:
    """A greeting, the tool for the first question, its conclusion, then echoes."""
    if instructions:
        return echo(lines, instructions)
    if not lines:
        return RealtimeContract.greeting
    if lines[-1].role == "tool":
        return RealtimeContract.conclusion
    asked_before = any(line.role == "tool" for line in lines)
    return echo(lines, "") if asked_before else Call(HOURS.name, ARGUMENTS)
