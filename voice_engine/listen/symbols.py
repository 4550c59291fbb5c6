"""Figures and letters at the end of what is dictated: 幺三八 double seven 三个八 → 13877888. Pure, linear."""

import re
from dataclasses import dataclass

from voice_engine.listen.words import words

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_FIGURES = {
    **dict(zip("零〇洞幺一二两三四五六七拐八九勾", "0001122345677899", strict=True)),
    **{str(figure): str(figure) for figure in range(10)},
    **dict(zip(words("zero one two three four five six seven eight nine"), "0123456789", strict=True)),
    "oh": "0",
    "hundred": "00",
    "叉": "x",
    "ex": "x",
    "杠": "",
    "横杠": "",
}
_REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_GROUPS = dict(zip("两二三四五六23456", (2, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6), strict=True))
_CORRECTIONS = frozenset(
    {"不对", "不是", "错了", "说错了", "重来", "重新说", "更正", "sorry", "wait", "correction"}
)
_BETWEEN = frozenset(
    words("""
    嗯 呃 额 啊 然后 接着 再 后面 后面是 前面是 中间是 是 空格 大写 小写 字母 数字
    that's um uh er and then it's its is space dash hyphen capital""")
)
_INTRODUCTIONS = frozenset(
    words("""
    你记一下 您记一下 记一下 我说一下 我的 我 号码 手机号 电话 车牌 好的 好 那
    the my number ok okay yes sure""")
)
_CLOSERS = frozenset(words("对 对的 好了 没了 完了 就这个 就这些 谢谢 thanks"))
_LIKE = frozenset({"for", "as", "like"})  # j for juliet, j as in john

_WORDS = sorted((*_CORRECTIONS, *_BETWEEN, *_INTRODUCTIONS, *_CLOSERS, "横杠"), key=len, reverse=True)
_TOKEN = re.compile(
    r"(?P<gap>[\s，,。.、\-—_·:：；;!！?？/]+)"
    r"|(?P<group>[两二三四五六2-6]个(?=[零〇洞幺一二两三四五六七拐八九勾0-9]|\s*$))"
    rf"|(?P<known>{'|'.join(word for word in _WORDS if not word.isascii())})"
    r"|(?P<latin>[a-z']+)"
    r"|(?P<one>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Dictated:
    """The trailing symbols. `after_words`: other words came before; `repeats`: "三个" waits for its figure;
    `closed`: the speaker said that was all."""

    symbols: str
    after_words: bool = False
    repeats: bool = False
    closed: bool = False


class _Run:
    """The run of symbols that is growing while a text is read."""

    def __init__(self, plate: bool) -> None:
        self._plate = plate
        self.symbols: list[str] = []
        self.times, self.skip = 1, 0
        self.after_words = self.closed = False

    def add(self, symbol: str) -> None:
        self.symbols.append(symbol * self.times)
        self.times, self.closed = 1, False

    def break_off(self, *, words: bool) -> None:
        self.symbols.clear()
        self.times, self.closed = 1, False
        self.after_words = self.after_words or words

    def word(self, word: str) -> None:
        """One word of Latin letters, or one Chinese character or known phrase."""
        if self.skip:
            self.skip -= 1
        elif word in _LIKE and self.symbols:
            self.skip = 2 if word == "as" else 1
        elif word in _REPEATS:
            self.times = _REPEATS[word]
        elif word in _FIGURES:
            self.add(_FIGURES[word])
        elif self._is_letter(word):
            self.add(word)
        elif word in _CLOSERS and self.symbols:
            self.closed = True
        elif word in _CORRECTIONS:
            self.break_off(words=False)
        elif word not in _BETWEEN and not (word in _INTRODUCTIONS and not self.symbols):
            self.break_off(words=True)

    def _is_letter(self, word: str) -> bool:
        if self._plate:
            return word in PROVINCES or (word.isascii() and len(word) <= 6 and bool(self.symbols))
        return len(word) == 1 and word.isascii() and word.isalpha()


def dictated(text: str, *, plate: bool = False) -> Dictated:
    """The symbols at the end of `text` (lower case, NFKC), read as figures and single letters; on plates the
    province's character counts too."""
    run = _Run(plate)
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "group":
            run.times = _GROUPS[token[0][0]]
        elif token.lastgroup != "gap":
            run.word(token[0])
    return Dictated("".join(run.symbols), run.after_words, run.times > 1, run.closed)
