"""Lists in pages: each page is decoded in a thread, folded, and dropped, so that memory does not grow with the cluster."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Generic, TypeVar

import msgspec

from bot.adapters.kubernetes import errors
from bot.adapters.kubernetes.api import MIB, Api
from bot.adapters.kubernetes.needs import Need
from bot.adapters.kubernetes.wire import Page
from bot.errors import Unreachable

LIMIT: Final = 500
PAGE_CAP: Final = 32 * MIB
RESTARTS: Final = 3
# Kubernetes is made for 150,000 pods in a cluster (kubernetes.io/docs/setup/best-practices/cluster-large).
MOST_OBJECTS: Final = 300_000

T = TypeVar("T")
F = TypeVar("F")


class Listing(Generic[T]):
    """What is listed: the need, a page's decoder, the ``kind`` that a page must have, and a label selector."""

    __slots__ = ("_decoder", "_selector", "kind", "need")

    def __init__(self, need: Need, kind: str, page: type[Page[T]], *, selector: str = "") -> None:
        self.need = need
        self.kind = kind
        self._decoder = msgspec.json.Decoder(page)
        self._selector = selector

    def read(self, api: Api, token: str, limit: int) -> Page[T]:
        """One page; blocks."""
        query = [("limit", str(limit))]
        query += [("labelSelector", self._selector)] if self._selector else []
        query += [("continue", token)] if token else []
        page = api.read(self.need, self._decoder.decode, query=query, cap=PAGE_CAP)
        if page.kind != self.kind:
            raise errors.malformed(self.need, f"asked for a {self.kind}, got something else")
        return page


async def whole(api: Api, listing: Listing[T], begin: Callable[[], F], add: Callable[[F, Sequence[T]], None]) -> F:
    """All pages, each handed to ``add`` in a thread, into what ``begin`` made. Forgotten by the API server (410), it begins again.

    Raises Unreachable after the third time: a list that never ends is no list.
    """
    for _ in range(RESTARTS):
        fold = begin()
        try:
            await _pages(api, listing, partial(add, fold))
        except errors.Gone:
            continue
        return fold
    raise Unreachable(f"{listing.need.words}: it changed faster than it could be read ({RESTARTS} attempts).", hint=errors.WAIT)


async def _pages(api: Api, listing: Listing[T], add: Callable[[Sequence[T]], None]) -> None:
    token, limit, count = "", LIMIT, 0
    seen: set[str] = set()
    while True:
        try:
            token, more = await api.run(partial(_page, api, listing, (token, limit), add))
        except errors.TooLarge:
            if limit == 1:
                raise
            limit = max(1, limit // 5)
            continue
        if not token:
            return
        count += max(more, 1)
        if token in seen:
            raise errors.malformed(listing.need, "its pages lead in a circle")
        if count > MOST_OBJECTS:
            raise errors.malformed(listing.need, f"it holds more than {MOST_OBJECTS} objects")
        seen.add(token)


def _page(api: Api, listing: Listing[T], place: tuple[str, int], add: Callable[[Sequence[T]], None]) -> tuple[str, int]:
    page = listing.read(api, *place)
    items = page.items or ()
    try:
        # What stayed raw so far is decoded here.
        add(items)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise errors.malformed(listing.need, str(error)) from error
    return page.metadata.continue_ or "", len(items)
