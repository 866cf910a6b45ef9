"""Words as people type them: quotes of any keyboard, any case of the first word, any number of spaces."""

import re

# Straight, curly and angled quotes; macOS and phones put them in by themselves.
_WORD = re.compile(r"\"([^\"]*)\"|'([^']*)'|“([^”]*)”|‘([^’]*)’|«([^»]*)»|`([^`]*)`|(\S+)")  # noqa: RUF001 - what people type


def split(text: str) -> tuple[str, ...]:
    """The words; what stands in quotes is one word. An unclosed quote is a letter like any other."""
    found = (next((part for part in match.groups() if part is not None), "") for match in _WORD.finditer(text))
    return tuple(word for word in (part.strip() for part in found) if word)
