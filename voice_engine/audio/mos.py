"""How a line sounds to people, worked out from its delay and loss: the E-model, simplified. Pure.

ITU-T G.107 (06/2015): the rating R = Ro − Is − Id − Ie,eff + A. With all its other inputs at their defaults
Ro − Is is 93.2 and A is 0. Ie,eff is its clause 7.5 with a burst ratio of 1 (losses do not come in bursts),
the conversion to MOS its Annex B. Id is the usual approximation of its clause 7.4 without echo (Cole and
Rosenbluth, "Voice over IP performance monitoring", 2001).
"""

from dataclasses import dataclass

BEST_R = 93.2
BEST_MOS, WORST_MOS = 4.5, 1.0
_NOTICED_MS = 177.3  # one way; more makes people talk over each other


@dataclass(frozen=True, slots=True)
class Codec:
    """`ie`: what coding alone costs in R; `bpl`: how robust it is against loss (G.113, Appendix I)."""

    ie: float
    bpl: float


G711 = Codec(ie=0.0, bpl=4.3)  # what is missing is silence
G711_CONCEALED = Codec(ie=0.0, bpl=25.1)  # what is missing is made up from what came before it (G.711 App. I)


def rating(delay_s: float, loss: float, codec: Codec = G711) -> float:
    """R, at most 93.2, below 0 for the worst. `delay_s` is one way, mouth to ear; `loss` a share, 0…1."""
    delay_ms, percent = delay_s * 1000, loss * 100
    impaired = codec.ie + (95 - codec.ie) * percent / (percent + codec.bpl)
    return BEST_R - 0.024 * delay_ms - 0.11 * max(0.0, delay_ms - _NOTICED_MS) - impaired


def mos(delay_s: float, loss: float, codec: Codec = G711) -> float:
    """The mean opinion score on the narrow-band scale, 1 (bad) … 4.5; a perfect line has 4.41.

    Wideband PCM has a scale of its own (G.107.1); on this one it is rated like G.711, so that lines compare.
    """
    r = rating(delay_s, loss, codec)
    if r <= 0:
        return WORST_MOS
    # The cubic dips a little below 1 for the smallest R; the standard's scale does not.
    return min(BEST_MOS, max(WORST_MOS, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6))
