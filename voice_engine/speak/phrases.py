"""The sentences we say ourselves, in Chinese and English, and how they are rotated. Pure."""

from collections.abc import Sequence
from itertools import chain, cycle

from voice_engine.spec import Language

FILLERS: dict[Language, tuple[str, ...]] = {
    "zh": ("我查一下，请稍等。", "稍等，我看一下。", "好的，请稍候。", "我帮您看看。"),
    "en": ("Let me check.", "One moment, please.", "Just a second.", "Let me look that up."),
}
STILL_WORKING: dict[Language, tuple[str, ...]] = {
    "zh": ("还在处理，请您再稍等一下。", "马上就好，请稍候。", "抱歉让您久等，还需要一点时间。"),
    "en": (
        "Still working on it.",
        "Almost there, thank you for waiting.",
        "This takes a little longer, sorry.",
    ),
}
APOLOGY: dict[Language, str] = {
    "zh": "抱歉，我这边出了点问题，请您再说一遍。",
    "en": "Sorry, something went wrong on my side. Please say that again.",
}
NOT_UNDERSTOOD: dict[Language, tuple[str, ...]] = {
    "zh": ("抱歉，我没听清，您能再说一遍吗？", "不好意思，刚才没听清楚，请您再说一次。"),
    "en": ("Sorry, I didn't catch that. Could you say it again?", "Pardon? Please say that once more."),
}
STILL_THERE: dict[Language, tuple[str, ...]] = {
    "zh": ("您还在吗？", "您好，还能听到我说话吗？"),
    "en": ("Are you still there?", "Hello, can you still hear me?"),
}
CODE: dict[Language, str] = {"zh": "代码我就不念了。", "en": "I'll skip the code."}

GONE: dict[Language, str] = {
    "zh": "非常抱歉，系统出了故障，请您稍后再打来。再见。",
    "en": "I am very sorry, our system has a problem. Please call again later. Goodbye.",
}

_WARNING: dict[Language, tuple[str, str]] = {
    "zh": ("本次通话还剩{n}秒。", "本次通话还剩{n}分钟。"),
    "en": ("This call ends in {n} seconds.", "This call ends in {n} minutes."),
}

# What a conversation may need at any moment: warmed when it begins.
READY = (FILLERS, STILL_WORKING, STILL_THERE)
_OURS = frozenset(
    chain(
        (sentence for table in (*READY, NOT_UNDERSTOOD) for said in table.values() for sentence in said),
        (sentence for table in (APOLOGY, CODE, GONE) for sentence in table.values()),
    )
)


def is_ours(text: str) -> bool:
    """Whether this is one of our own sentences, word for word: nothing personal can be in it."""
    return text.strip() in _OURS


def gone(language: Language) -> str:
    """The last words when nobody is there any more who could answer."""
    return GONE[language]


def ending_soon(language: Language, seconds: float) -> str:
    """How much of the longest allowed time is left."""
    in_seconds, in_minutes = _WARNING[language]
    minutes, rest = divmod(round(seconds), 60)
    if not rest and minutes > 1:
        return in_minutes.format(n=minutes)
    return in_seconds.format(n=round(seconds))


class Phrases:
    """One call's sentences, rotated: never the same one twice in a row, unless there is only one."""

    def __init__(
        self,
        language: Language,
        fillers: Sequence[str] | None = None,
        prompts: Sequence[str] = (),
    ) -> None:
        """`fillers` None = ours, empty = none; `prompts` empty = ours."""
        self.language: Language = language
        self._filler_texts = FILLERS[language] if fillers is None else tuple(fillers)
        self._own_fillers = fillers is not None
        self._prompt_texts = tuple(prompts) or STILL_THERE[language]
        self._fillers = cycle(self._filler_texts)
        self._working = cycle(STILL_WORKING[language])
        self._prompts = cycle(self._prompt_texts)
        self._unclear = cycle(NOT_UNDERSTOOD[language])

    def filler(self) -> str:
        """While the caller waits for the first words; "" when the assistant has none."""
        return next(self._fillers, "")

    def still_working(self) -> str:
        """While the caller goes on waiting; an assistant's own fillers, "" when it has none."""
        return self.filler() if self._own_fillers else next(self._working)

    def still_there(self) -> str:
        """To a caller who says nothing."""
        return next(self._prompts)

    def not_understood(self) -> str:
        """To a caller whose words made no sense."""
        return next(self._unclear)

    @property
    def apology(self) -> str:
        """Instead of an answer that will not come."""
        return APOLOGY[self.language]

    @property
    def ready(self) -> tuple[str, ...]:
        """What should be synthesised before it is needed, the most urgent first."""
        working = () if self._own_fillers else STILL_WORKING[self.language][:1]
        return (*self._filler_texts, self.apology, *working, *self._prompt_texts)


_CONTEXT = {
    "zh": {"commentary": "（旁白，不是来电者说的）{text}", "thinking": "（你自己的思考，不要说出来）{text}"},
    "en": {
        "commentary": "(Commentary, not said by the caller) {text}",
        "thinking": "(Your own thought, not to be spoken) {text}",
    },
}


def contextual(kind: str, text: str, language: str) -> str:
    """What a model is told in mid-call, by kind: commentary, thinking, or instructions as they are."""
    words = _CONTEXT["en" if language == "en" else "zh"].get(kind, "{text}")
    return words.format(text=text)
