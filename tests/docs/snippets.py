"""Code blocks of Markdown files."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of one language, in order. ```sh is meant to be pasted and is run by the journey;
    ```console shows a dialogue with a prompt and is not.
    """
    text = (ROOT / page).read_text()
    return re.findall(rf"^```{language}\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)
