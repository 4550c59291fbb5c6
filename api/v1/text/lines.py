"""Several texts, given in pieces, as one: a line each, without blanks at their ends. Pure."""


class Lines:
    """What is to be shown of each piece at once, so that all of it together is what was said in the end."""

    def __init__(self) -> None:
        self._held = ""  # blanks that count only if something follows them
        self._shown = False
        self._begun = False

    def begin(self) -> None:
        """Another text begins."""
        self._held, self._begun = ("\n" if self._shown else ""), False

    def add(self, piece: str) -> str:
        """What of a piece of the text is certain to stay."""
        text = piece if self._begun else piece.lstrip()
        kept = text.rstrip()
        if not kept:
            self._held += text if self._begun else ""
            return ""
        shown = self._held + kept
        self._held, self._begun, self._shown = text[len(kept) :], True, True
        return shown
