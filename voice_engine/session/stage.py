"""What the two sides of a conversation share: the way to the caller, the books, the clock."""

from collections.abc import Callable
from dataclasses import dataclass

from voice_engine.kernel.errors import ProviderError
from voice_engine.session.eventlog import EventLog
from voice_engine.session.meter import Meter
from voice_engine.session.minutes import Minutes
from voice_engine.session.recorder import Recorder
from voice_engine.session.reply import Reply
from voice_engine.session.transport import Transport


@dataclass(frozen=True, slots=True)
class Saying:
    """Given words, to be spoken as they are; `thought`: the model finds them when it is their turn."""

    text: str
    source: str = "force-say"
    end_reason: str = ""
    interruptible: bool = True
    thought: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """`now` is in seconds of the session. The rest is what the session wants to know of the floor."""

    transport: Transport
    recorder: Recorder
    events: EventLog
    minutes: Minutes
    meter: Meter
    now: Callable[[], float]
    changed: Callable[[], None]  # another reply has the floor, or none
    said: Callable[[str], None]  # words that are about to be heard
    played: Callable[[float, bytes], None]  # sound that is heard from this time on
    asked: Callable[[], None]  # a turn of the caller is about to be answered
    finished: Callable[[Reply, str, bool], None]  # a reply is over: heard so much; was it interrupted?
    failed: Callable[[str, ProviderError], None]  # the running reply broke: llm or tts
