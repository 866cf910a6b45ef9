"""Uploaded files: the bytes and what Slack tells about them."""

import itertools
from dataclasses import dataclass, field

from playground.slack.errors import Payload, SlackError
from playground.slack.people import BOT_USER


@dataclass(kw_only=True)
class File:
    """One upload; `content` arrives after the URL was asked for, `title` with completion."""

    id: str
    name: str
    length: int
    title: str = ""
    content: bytes | None = None
    is_complete: bool = False

    def payload(self, url: str) -> Payload:
        """The `file` object; its bytes are served below `url`."""
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title or self.name,
            "user": BOT_USER,
            "size": self.length,
            "mode": "hosted",
            "url_private": f"{url}/files/{self.id}",
            "url_private_download": f"{url}/files/{self.id}",
        }


@dataclass
class Files:
    """All files by id."""

    by_id: dict[str, File] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def expect(self, name: str, length: int) -> File:
        """Make room for a file that is about to be uploaded."""
        file = File(id=f"F{next(self._numbers):09d}", name=name, length=length)
        self.by_id[file.id] = file
        return file

    def find(self, file_id: str) -> File:
        """A file by id; refuses with `file_not_found`."""
        if file_id not in self.by_id:
            raise SlackError("file_not_found")
        return self.by_id[file_id]
