"""How a Chinese person reads what is written: an ordered table of rules.

Early rules settle the shape of a number (date, phone, range …); what they leave as digits, later ones read as
an amount. After the last rule no ASCII digit is left.
"""

from voice_engine.speak.chinese.addresses import ADDRESS_RULES
from voice_engine.speak.chinese.amounts import AMOUNT_RULES
from voice_engine.speak.chinese.codes import CODE_RULES
from voice_engine.speak.chinese.signs import SIGN_RULES, STRAY_RULES
from voice_engine.speak.chinese.times import TIME_RULES
from voice_engine.speak.chinese.words import WORD_RULES
from voice_engine.speak.rules import Rule

CHINESE_RULES: tuple[Rule, ...] = (
    *ADDRESS_RULES,
    *STRAY_RULES,
    *TIME_RULES,
    *CODE_RULES,
    *AMOUNT_RULES,
    *WORD_RULES,
    *SIGN_RULES,
)
