"""What one run of the media benchmark is: the load, the vendors' delays, and what they add up to."""

from dataclasses import dataclass

# Each reply of a call has its own number, spoken as its own character, sounded as its own level: the ear can
# tell an old reply from a new one. No word of the replies is in the question.
MARKS = "甲乙丙丁戊己庚辛"
_SENTENCES = "{0}号线已接通。{0}号线今天为您服务，有什么需要尽管告诉我吧。"
FIRST_SENTENCE = 7  # characters; one character is one token
_LEVEL, _LEVEL_STEP = 3000, 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds, unless the name says otherwise; the load that every system under test is given."""

    calls: int = 10
    duration: float = 60.0
    warm_up: float = 12.0  # one turn: every caller has begun
    endpoint: float = 0.5
    stt_final: float = 0.3
    llm_first: float = 0.1
    token: float = 0.02
    tts_first: float = 0.1
    char: float = 0.17  # a reply lasts 4.9 s
    turn: float = 12.0  # from question to question
    interrupted_share: float = 0.3
    interrupt_after: float = 1.5
    interrupt_for: float = 0.8
    patience: float = 5.0  # a turn without an answer for this long is missed
    rate: int = 16000
    speculate: bool = False

    @property
    def by_construction(self) -> float:
        """Mouth-to-ear of a system that costs no time at all."""
        begin = self.stt_final if self.speculate else self.endpoint
        return begin + self.llm_first + (FIRST_SENTENCE - 1) * self.token + self.tts_first


def reply(number: int) -> str:
    """What the model says when it is asked for the `number`-th time in a call."""
    return _SENTENCES.format(MARKS[number % len(MARKS)])


def level(text: str) -> int:
    """The sample value at which a part of a reply is sounded."""
    return _LEVEL + _LEVEL_STEP * max(MARKS.find(text[:1]), 0)


def mark(sample: int) -> int:
    """Which reply a sample belongs to: its number modulo the number of marks."""
    return round((sample - _LEVEL) / _LEVEL_STEP)
