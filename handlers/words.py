"""Words as people type them: quotes of any keyboard, any case of the first word, any number of spaces."""

import re

# Straight, curly and angled quotes; macOS and phones put them in by themselves.
_WORD = re.compile(r"\"([^\"]*)\"|'([^']*)'|“([^”]*)”|‘([^’]*)’|«([^»]*)»|`([^`]*)`|(\S+)")  # noqa: RUF001 - what people type


# As Slack writes an address that somebody typed: "<https://host/path>", "<http://host|host>", "<mailto:a@host|a@host>".
_LINK = re.compile(r"<((?:https?|ftp|mailto|tel):[^<>|\s]{1,4000})(?:\|([^<>]{1,4000}))?>")
_FENCE = re.compile(r"\n?```\n?")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def first(text: str) -> tuple[str, str]:
    """The first word, and all that follows it as it was typed; two times "" when there is none."""
    for match in _WORD.finditer(text):
        word = _said(match)
        if word:
            return word, text[match.end() :]
    return "", ""


def unescaped(text: str) -> str:
    """What somebody pasted, without what Slack puts around it: links, its three entities, code fences. Mentions stay what they are."""
    plain = _LINK.sub(lambda link: link[2] or link[1], _FENCE.sub("\n", text))
    for entity, char in _ESCAPES:
        plain = plain.replace(entity, char)
    return plain.strip().strip("`")


def split(text: str) -> tuple[str, ...]:
    """The words; what stands in quotes is one word. An unclosed quote is a letter like any other."""
    return tuple(word for match in _WORD.finditer(text) if (word := _said(match)))


def _said(match: re.Match[str]) -> str:
    return next((part for part in match.groups() if part is not None), "").strip()
