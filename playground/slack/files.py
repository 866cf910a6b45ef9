"""Uploaded files: the bytes and what Slack tells about them."""

import itertools
import mimetypes
from dataclasses import dataclass, field

from playground.slack.errors import Payload, SlackError
from playground.slack.people import BOT_USER

OPAQUE = "application/octet-stream"
# What a browser may show inside a page of this server; everything else is only to be saved.
SHOWN = frozenset({"text/plain", "image/png", "image/jpeg", "image/gif", "image/webp"})
TEXTS = frozenset({"log", "txt", "md", "csv", "json", "yaml", "yml", "pem", "crt"})


@dataclass(kw_only=True)
class File:
    """One upload; `content` arrives after the URL was asked for, `title` with completion."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None
    created: int = 0
    shares: tuple[str, ...] = ()
    is_complete: bool = False

    @property
    def filetype(self) -> str:
        """Slack's short name of its kind: the ending, `binary` without one."""
        _, dot, ending = self.name.rpartition(".")
        return ending.lower() if dot and ending else "binary"

    @property
    def mimetype(self) -> str:
        """By its name, never by its bytes; texts of all kinds are text/plain."""
        guessed = "text/plain" if self.filetype in TEXTS else mimetypes.guess_type(self.name)[0]
        return guessed or OPAQUE

    @property
    def shown_as(self) -> str:
        """The content type it is served with: what could run in a page is served as bytes."""
        return self.mimetype if self.mimetype in SHOWN else OPAQUE

    def payload(self, url: str) -> Payload:
        """The `file` object; its bytes are served below `url`."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "user": BOT_USER,
            "created": self.created,
            "timestamp": self.created,
            "size": len(self.content or b"") or self.length,
            "mode": "hosted",
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "pretty_type": self.filetype.upper(),
            "is_external": False,
            "is_public": False,
            "channels": list(self.shares),
            "permalink": f"{url}/files/{self.id}",
            "url_private": f"{url}/files/{self.id}",
            "url_private_download": f"{url}/files/{self.id}",
        }


@dataclass
class Files:
    """All files by id."""

    by_id: dict[str, File] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def expect(self, name: str, length: int, created: int) -> File:
        """Make room for a file that is about to be uploaded."""
        file = File(id=f"F{next(self._numbers):09d}", name=name, length=length, created=created)
        self.by_id[file.id] = file
        return file

    def find(self, file_id: str) -> File:
        """A file by id; refuses with `file_not_found`."""
        if file_id not in self.by_id:
            raise SlackError("file_not_found")
        return self.by_id[file_id]
