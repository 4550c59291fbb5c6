"""Written text without what only the eye needs: Markdown, HTML, citations, emoji, code.

Works on fragments: a clause may hold an opening mark whose closing one comes later.
"""

import re

_THOUGHT = re.compile(
    r"<think>(?:[^<]|<(?!/think>))*(?:</think>|$)|</think>|<\s{0,2}flush\s{0,2}/\s{0,2}>", re.IGNORECASE
)
_FENCE_TAG = re.compile(r"\A[ \t]?[A-Za-z0-9_+#.-]{0,20}")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": " ", "#39": "'", "apos": "'"}
_ENTITY = re.compile(r"&(amp|lt|gt|quot|nbsp|apos|#39);")
_LINK = r"\((?:[^()\s]|\([^()\s]{0,80}\)){0,1000}(?:[ \t]\"[^\"\n]{0,200}\")?\)"
_NOTES = r"\^?[0-9]{1,3}(?:[ \t]?[,，、–-][ \t]?[0-9]{1,3}){0,8}"

# (pattern, replacement), in order. Every repeat is bounded: linear in the text.
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"<sup>[\s\[(]{0,3}[0-9,]{1,9}[\s\])]{0,3}</sup>", ""),
        (r"<br[ \t]?/?>|</(?:p|li|div|h[1-6])>", "\n"),
        (r"</?[A-Za-z][^<>\n]{0,300}>", ""),
        (r"[ \t]?【[0-9]{1,3}(?::[0-9]{1,3})?†[^】\n]{0,100}】", ""),
        (rf"[ \t]?\[{_NOTES}\](?:{_LINK})?", ""),
        (rf"!?\[([^\[\]\n]{{0,300}})\]{_LINK}", r"\1"),
        (r"^[ \t]{0,8}(?:[-*_][ \t]?){3,80}$|^[ \t]{0,8}={3,200}[ \t]{0,8}$", ""),
        (
            r"^[ \t]{0,8}\|?(?:[ \t]{0,8}:?-{2,80}:?[ \t]{0,8}\|){1,40}(?:[ \t]{0,8}:?-{2,80}:?)?[ \t]{0,8}$",
            "",
        ),
        (r"^[ \t]{0,8}\||\|[ \t]{0,8}$", ""),
        (r"[ \t]{0,8}\|[ \t]{0,8}", "，"),
        (r"^[ \t]{0,8}(?:>[ \t]?){1,8}", ""),
        (r"^[ \t]{0,8}#{1,6}(?:[ \t]{1,8}|$)", ""),
        (r"^[ \t]{0,16}(?:[-*+•·◦▪●○■□✓✔➤►–][ \t]{1,8}){1,4}(?:\[[ xX]\][ \t]{1,8})?", ""),
        (r"(?<![A-Za-z0-9:;])[:;]{1,8}-?[)(D]{1,8}(?![A-Za-z0-9])", ""),
        (r"\*\*|__|~~|`|\\(?=[*_#`~\[\]()])", ""),
        (r"(?<![0-9\s])\*|\*(?!\s?[0-9])", ""),
        (r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", ""),
    )
)

_ARROW = re.compile(r"[ \t]?(?:[→⇒➜➡↦]|[-=]{1,2}>)\ufe0f?[ \t]?")
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\ufe00-\ufe0f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u20e3\U000e0020-\U000e007f©®™\x00-\x08\x0b-\x1f\x7f]"
)

# Full-width letters, digits and signs become ASCII; the punctuation 。，！？；：（） and ～ stays.
_SAME_IN_ASCII: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；：（）～"},
    **{ord("①") + at: f"{at + 1}、" for at in range(20)},
    **{ord("Ⅰ") + at: str(at + 1) for at in range(12)},
    **{
        ord(sign): text
        for sign, text in (("½", "1/2"), ("⅓", "1/3"), ("⅔", "2/3"), ("¼", "1/4"), ("¾", "3/4"))
    },
}


def plain(text: str) -> str:
    """`text` as one would read it to somebody, lines kept."""
    text = _without_code(_THOUGHT.sub("", text))
    text = _ENTITY.sub(lambda m: _ENTITIES[m[1]], text)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return _EMOJI.sub("", _ARROW.sub("，", text)).translate(_SAME_IN_ASCII)


def _without_code(text: str) -> str:
    """Fenced blocks are not for the ear. A fence without its partner loses only its mark."""
    parts = text.split("```")
    alone = _FENCE_TAG.sub("", parts.pop()) if len(parts) % 2 == 0 else ""
    return "".join(parts[::2]) + alone
