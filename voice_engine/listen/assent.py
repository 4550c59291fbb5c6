"""Did the caller say yes or no? Chinese and English, for questions that allow nothing else. Pure.

A no anywhere counts before a yes: 不同意 holds 同意, and "yes, but don't record" is no consent.
"""

import re

_NO = re.compile(
    r"不(?:要|行|可以|同意|允许|接受|愿意|用|想|能|好|录|许|是|太方便|方便)|别录|拒绝|反对|没有?同意|免了|算了|停止录"
    r"|\b(?:no|nope|not|n't|don.?t|do not|refuse|decline|disagree|stop|never)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"没(?:有)?(?:问题|关系|事)|不(?:介意|反对|要紧|客气|错)|无所谓"
    r"|\b(?:no problem|don.?t mind|not a problem|no worries)\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"同意|可以|好的|好啊|好吧|好呀|^好$|^嗯+$|^对$|^行$|行的|行啊|行吧|没问题|允许|接受|愿意|当然|是的|^是$"
    r"|\b(?:ok|okay|yes|yeah|yep|sure|agree|fine|of course|go ahead|all right|i do|i consent)\b",
    re.IGNORECASE,
)
_PUNCTUATION = re.compile(r"[\s，。！？、,.!?；;~～]+")


def assents(text: str) -> bool | None:
    """True for a yes, False for a no, None for neither."""
    said = _PUNCTUATION.sub(" ", text).strip()
    harmless = _HARMLESS.search(said) is not None
    left = _HARMLESS.sub(" ", said)
    if _NO.search(left):
        return False
    return True if harmless or any(_YES.search(part) for part in (left.strip(), *left.split())) else None
