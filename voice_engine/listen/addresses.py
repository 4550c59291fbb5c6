"""How complete a dictated address is: from the province down to the door. Pure."""

import re
from typing import Literal

Progress = Literal["complete", "likely", "incomplete"]

_LONGEST = 120  # characters
_CLOSING = re.compile(r"[\s，。,.!！]+$")
_FIGURE = "0-9零〇一幺二两三四五六七八九十百"
_DOOR = re.compile(rf"[{_FIGURE}a-z]室$|[号楼栋幢座元层弄门厦寓][ ,，-]*[{_FIGURE}]{{2,5}}$")
_HOUSE = re.compile(rf"[{_FIGURE}a-z](?:号楼?|号院|栋|幢|座|单元|层|楼|弄|号门|组)$")
_PLACE = re.compile(
    r"(?:大厦|小区|公寓|宿舍|广场|中心|花园|家园|大学|学校|医院|酒店|商场|写字楼|科技园|园区|前台)$"
)
_PART = re.compile(
    rf"(?:省|市|区|县|镇|乡|街道|大道|路|街|巷|胡同|村)$"
    rf"|[省市区县镇乡路街巷村号弄栋][ ,，]*[{_FIGURE}]{{1,5}}$"
)

_STREET = r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|place|square|highway"
_POSTCODE = r"(?:\d{5}|[a-z]{1,2}\d{1,2}[a-z]? ?\d[a-z]{2})"
_EN_ZIP = re.compile(rf"[a-z][a-z, ]+\b{_POSTCODE}$|^{_POSTCODE}$")
_EN_TOWN = re.compile(rf"\b(?:{_STREET})\b[,. ]+(?:[a-z0-9]+[,. ]+)*[a-z0-9]+$")
_EN_PART = re.compile(
    rf"^(?:it's |it is |my address is )?\d+[a-z]?(?: [a-z]+){{0,2}}$|\b(?:{_STREET}|number|apartment|suite)$"
)


def progress(text: str, *, english: bool) -> Progress | None:
    """`text` in lower case, NFKC; None if its end is not one of an address."""
    text = _CLOSING.sub("", text[-_LONGEST:])
    if english and text.isascii():
        if _EN_ZIP.search(text):
            return "complete"
        return "incomplete" if _EN_PART.search(text) else "likely" if _EN_TOWN.search(text) else None
    if _DOOR.search(text):
        return "complete"
    if _HOUSE.search(text) or _PLACE.search(text):
        return "likely"
    return "incomplete" if _PART.search(text) or _bare_figures(text) else None


def _bare_figures(text: str) -> bool:
    return re.fullmatch(rf"[{_FIGURE}]+", text) is not None
