"""The words of the bidirectional voice protocol, and which generation a voice is of."""

from enum import IntEnum


class Event(IntEnum):
    """What happens on a connection and in its sessions."""

    START_CONNECTION = 1
    CONNECTION_STARTED = 50
    CONNECTION_FAILED = 51
    START_SESSION = 100
    CANCEL_SESSION = 101
    FINISH_SESSION = 102
    SESSION_STARTED = 150
    SESSION_CANCELED = 151
    SESSION_FINISHED = 152
    SESSION_FAILED = 153
    TASK_REQUEST = 200
    SOUND = 352


def generation(voice: str) -> str:
    """The resource id a voice belongs to, by its name: 2.0 voices are `uranus`, cloned ones begin with S_."""
    if "_uranus_" in voice:
        return "seed-tts-2.0"
    return "seed-icl-1.0" if voice.startswith("S_") else "seed-tts-1.0"
