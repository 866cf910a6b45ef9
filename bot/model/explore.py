"""Addresses of Grafana's Explore that ask the Loki behind it for the lines of a question, with its range of time."""

import json
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import msgspec

from bot.model import log_queries
from bot.model.logql import Matcher
from bot.model.logs import LogLabels, LogQuestion

LONGEST: Final = 2_000
"""Characters of an address; some proxies and clients cut longer ones."""
MOST_PODS: Final = 10
_NS_PER_MS: Final = 1_000_000
_LITERALLY: Final = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%\[\]-]+", re.ASCII)


class Explore(msgspec.Struct, frozen=True, kw_only=True):
    """Where Explore is: ``base`` Grafana's address with its path prefix, ``uid`` the Loki data source's, ``more`` as for every query."""

    base: str
    uid: str
    more: tuple[Matcher, ...] = ()


class Address(msgspec.Struct, frozen=True):
    """An address made by :func:`address`: nothing else may become a link. ValueError for what could end a link where it stands."""

    url: str

    def __post_init__(self) -> None:
        """Printable, without spaces, quotes, angle brackets or bars, and not too long."""
        if len(self.url) > LONGEST or not _LITERALLY.fullmatch(self.url):
            raise ValueError("no address that may become a link")


def address(place: Explore, question: LogQuestion, labels: LogLabels, pods: Sequence[str] = ()) -> Address | None:
    """The question's place and time, all lines of it; None when it would be too long. ``pods``: only theirs, where a label names them.

    Whoever opens it wants to read what stands around the lines that the bot knows, so its literals are left out.
    Raises Missing when this Loki has no label for what is asked.
    """
    asked = msgspec.structs.replace(question, literals=())
    more = place.more
    if labels.pod and not labels.pod_is_metadata and not question.pod and 0 < len(pods) <= MOST_PODS:
        more = (log_queries.one_of(labels.pod, tuple(pods)), *more)
    source = {"type": "loki", "uid": place.uid}
    pane = {
        "datasource": place.uid,
        "queries": [{"refId": "A", "datasource": source, "expr": log_queries.wanted(asked, labels, more), "queryType": "range"}],
        "range": {"from": str(question.since_ns // _NS_PER_MS), "to": str(-(-question.until_ns // _NS_PER_MS))},
    }
    panes = json.dumps({"logs": pane}, separators=(",", ":"))
    try:
        return Address(f"{place.base.rstrip('/')}/explore?schemaVersion=1&panes={quote(panes, safe='')}")
    except ValueError:
        return None
