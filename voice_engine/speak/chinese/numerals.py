"""Digits read aloud in Chinese: amounts, digit strings, years. Text in, text out; ASCII digits only."""

DIGITS = "零一二三四五六七八九"
_READ = str.maketrans("0123456789", DIGITS)
_SPELLED = str.maketrans("0123456789", "零幺二三四五六七八九")
_YEAR = str.maketrans("0123456789", "〇一二三四五六七八九")
_LONGEST_AMOUNT = 16  # digits; what is longer is nobody's amount

# How people pause in digit strings, by length; what is longer goes by fours.
_GROUPS = {6: (3, 3), 7: (3, 4), 8: (4, 4), 9: (3, 3, 3), 10: (3, 3, 4), 11: (3, 4, 4), 18: (6, 4, 4, 4)}
_UNGROUPED = 5


def amount(number: str) -> str:
    """1,250.5 → 一千二百五十点五. Bare 2 is 二 (see `counted`); a leading zero makes it a digit string."""
    whole, _, fraction = number.replace(",", "").partition(".")
    if len(whole) > _LONGEST_AMOUNT or (whole.startswith("0") and whole != "0"):
        spoken = spelled(whole)
    else:
        spoken = _whole(int(whole))
    return f"{spoken}点{fraction.translate(_READ)}" if fraction else spoken


def counted(number: str) -> str:
    """As before a measure word: 2 is 两."""
    return "两" if number == "2" else amount(number)


def spelled(text: str) -> str:
    """Digit by digit as on the telephone, 1 is 幺; everything else stays."""
    return text.translate(_SPELLED)


def grouped(text: str) -> str:
    """`spelled` with the pauses people make: 138，0013，8000."""
    return "，".join(spelled(part) for part in _parts(text))


def year(text: str) -> str:
    """2026 → 二〇二六."""
    return text.translate(_YEAR)


def _parts(text: str) -> list[str]:
    if len(text) <= _UNGROUPED:
        return [text]
    parts, at = [], 0
    for size in _GROUPS.get(len(text), (4,) * (len(text) // 4 + 1)):
        parts.append(text[at : at + size])
        at += size
    return [part for part in parts if part]


def _whole(value: int) -> str:
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(value, unit)
        if high:
            return ("两" if high == 2 else _whole(high)) + name + _after(low, unit)
    return _below_10000(value, leads=True) or "零"


def _after(value: int, unit: int) -> str:
    """What follows `unit`: after a gap 零, and 10 is 一十, 200 二百."""
    if not value:
        return ""
    gap = "零" if value * 10 < unit else ""
    high, low = divmod(value, 10**4)
    if not high:
        return gap + _below_10000(low, leads=False)
    head = "两" if high == 2 else _below_10000(high, leads=False)
    return f"{gap}{head}万{_after(low, 10**4)}"


def _below_10000(value: int, *, leads: bool) -> str:
    spoken, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            first = leads and not spoken
            spoken += ("零" if gap else "") + _place(digit, unit, first) + name
        gap = not digit and bool(spoken)
    return spoken


def _place(digit: int, unit: int, first: bool) -> str:
    if digit == 2 and (unit == 1000 or (unit == 100 and first)):
        return "两"
    if digit == 1 and unit == 10 and first:
        return ""
    return DIGITS[digit]
