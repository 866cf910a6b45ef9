"""Whose a token is, as the API server says."""

from typing import Final

import msgspec

AUDIENCE: Final = "dapr-warden"
"""For whom a token must have been made, so that one that was made for anybody else (the API server, a vault) is worth nothing here."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """``name``: the Kubernetes user name, outside text. ``pod``: the one that the token was made for, "" for a person's.

    ``is_us``: whether it is the account that the bot itself runs under.
    """

    name: str
    pod: str = ""
    is_us: bool = False
