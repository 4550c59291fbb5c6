"""What every vendor on a wire can do wrong in any of its messages; each must end as a ProviderError, soon.

A company's own error messages are not among them: its own tests have those.
"""

from tests.emulators import faults

_BROKEN = [
    faults.refuse(401, "no such key"),
    faults.refuse(429, "slow down", retry_after=2),
    faults.refuse(503),
    *(faults.drop(at) for at in ("start", 0, 1)),
    *(faults.garbage(at) for at in ("start", 0)),
    *(faults.odd(at) for at in ("start", 0)),
    faults.oversized(0),
]

# A voice owes sound for what it was given: also its silence, and its goodbye before the end, are failures.
TTS_FAULTS = [
    *_BROKEN,
    *(faults.close(code, "as ordered", at=0) for code in (1000, 1011, 4000)),
    *(faults.stall(at) for at in ("start", 0, 1)),
    faults.deaf(0),
    faults.drop("finish"),
    faults.stall("finish"),
    faults.end(0),
]

# A recogniser may be silent for as long as nobody speaks.
STT_FAULTS = [
    *_BROKEN,
    *(faults.close(code, "as ordered", at=0) for code in (1000, 1011, 4000)),
    faults.stall("start"),
    faults.end(0),
]
