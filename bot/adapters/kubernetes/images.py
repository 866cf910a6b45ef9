"""What an image's name says about its version."""

import re
from typing import Final

VERSION_LABEL: Final = "app.kubernetes.io/version"
_LIKE_A_VERSION = re.compile(r"v?\d+\.\d+")


def tag(image: str) -> str:
    """The tag, "" when there is none: a port in the registry's name is not a tag, and a digest is not either."""
    leaf = image.split("@", 1)[0].rsplit("/", 1)[-1]
    return leaf.partition(":")[2]


def version(image: str, label: str = "") -> str:
    """The tag if it looks like a version; else the label ``app.kubernetes.io/version`` if that does; else the tag as it is."""
    found = tag(image)
    return label if not _LIKE_A_VERSION.match(found) and _LIKE_A_VERSION.match(label) else found
