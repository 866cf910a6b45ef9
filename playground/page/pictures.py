"""What a shared file is, told by its own bytes and never by its name; only raster pictures and plain text are shown."""

SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
MOST_TEXT = 200_000


def kind_of(content: bytes) -> str:
    """The content type of a picture, empty for everything else. SVG is text here: it can hold scripts."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in SIGNATURES.items() if content.startswith(signature)), "")


def is_text(content: bytes) -> bool:
    """Whether these bytes can be shown as text."""
    beginning = content[:MOST_TEXT]
    if b"\0" in beginning:
        return False
    try:
        # The cut may fall into a character.
        beginning.decode("utf-8", errors="strict" if len(content) <= MOST_TEXT else "ignore")
    except UnicodeDecodeError:
        return False
    return True
