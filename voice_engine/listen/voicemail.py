"""Is it a machine that answered the call? By what it says, and by its beep. Pure."""

import re

import numpy as np

# What no person says who picks up; a recogniser's commas and blanks are gone by then.
_PHRASES = re.compile(
    r"您(?:所)?(?:拨打|呼叫)的(?:用户|电话|号码|机主)|(?:嘀|滴|哔|提示音|信号音|蜂鸣)声?(?:响)?(?:之)?后(?:请)?(?:开始)?"
    r"(?:留言|录音|讲话)|请(?:您)?(?:在.{0,10})?留言|语音信箱|语音留言|(?:电话|手机)(?:已)?(?:关机|停机)|正在通话中|"
    r"暂时无法接[通听]|暂时无人接听|来电(?:提醒|助手|秘书)|智能(?:助理|秘书)|请稍后再拨|"
    r"leave (?:me |us )?(?:a|your) (?:brief |short |detailed )?message|after the (?:tone|beep)|"
    r"at the (?:tone|beep)|voice ?mail(?:box)? (?:of|for)|mailbox is full|unable to (?:take|answer|come to)|"
    r"can'?t (?:take your call|come to the phone|answer the phone)|press (?:pound|hash)|record your message|"
    r"you have reached|your call has been forwarded|"
    r"the (?:person|number|party|subscriber) you (?:are (?:calling|trying)|have (?:dialed|called))"
)
_UNSPOKEN = re.compile(r"[^\w' ]+")

WINDOW_S = 0.04
LEAST_S, MOST_S = 0.16, 2.5  # of one tone: shorter is a click, longer a fax machine
_LOWEST_HZ, _HIGHEST_HZ = 600.0, 2600.0  # the ringing and busy tones of 400 to 480 Hz lie below
_PURE = 0.85  # share of a window's power that is in its strongest tone
_AUDIBLE = 1e-4  # of full scale's power: −40 dBFS
_STEADY_HZ = 40.0


def is_machine(text: str) -> bool:
    """Whether these words are a machine's, in Chinese or English."""
    plain = " ".join(_UNSPOKEN.sub("", text.lower()).split())
    return _PHRASES.search(plain) is not None or _PHRASES.search(plain.replace(" ", "")) is not None


class Beep:
    """Hears a pure tone come and go. Feed it all sound, PCM16 mono at `rate`."""

    def __init__(self, rate: int) -> None:
        self._size = int(rate * WINDOW_S)
        self._hertz = rate / self._size
        self._shape = np.hanning(self._size).astype(np.float32)
        self._rest = b""
        self._tone, self._lasted = 0.0, 0.0

    def hear(self, pcm: bytes) -> bool:
        """Whether a beep has just ended."""
        pcm = self._rest + pcm
        step, ended = 2 * self._size, False
        for at in range(0, len(pcm) - step + 1, step):
            ended = self._window(np.frombuffer(pcm, "<i2", self._size, at)) or ended
        self._rest = pcm[len(pcm) - len(pcm) % step :]
        return ended

    def _window(self, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> bool:
        tone = self._tone_of(samples)
        if tone and abs(tone - self._tone) <= _STEADY_HZ:
            self._lasted += WINDOW_S
            return False
        ended = not tone and LEAST_S <= self._lasted <= MOST_S
        self._tone, self._lasted = tone, WINDOW_S if tone else 0.0
        return ended

    def _tone_of(self, samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> float:
        """The frequency of a window that is nothing but one tone, in Hz; 0 for any other sound."""
        sound = samples.astype(np.float32) / 32768.0
        if float(sound.dot(sound)) / self._size < _AUDIBLE:
            return 0.0
        power = np.abs(np.fft.rfft(sound * self._shape)) ** 2
        peak = int(power.argmax())
        near = float(power[max(0, peak - 2) : peak + 3].sum())
        hertz = peak * self._hertz
        pure = near >= _PURE * float(power.sum())
        return hertz if pure and _LOWEST_HZ <= hertz <= _HIGHEST_HZ else 0.0
