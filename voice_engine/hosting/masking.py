"""Events as they leave the engine where personal numbers are to be masked. Pure.

The conversation itself, its tools and the caller's own client see what was said; whoever keeps it or is told
of it does not.
"""

from dataclasses import replace

from voice_engine.kernel.events import Event, EventType
from voice_engine.kernel.spoken import mask_data, mask_keys

_WORDLESS = frozenset({EventType.USAGE, EventType.RECORDING_READY, EventType.SESSION_ENDED})


def masked(event: Event) -> Event:
    """The same with every personal number in it starred."""
    if event.type in _WORDLESS:
        return event
    if event.type is EventType.DTMF_RECEIVED:
        return replace(event, data={**event.data, "digits": mask_keys(str(event.data.get("digits", "")))})
    return replace(event, data=mask_data(event.data))
