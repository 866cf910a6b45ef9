"""Settings: one frozen value, read once from a mapping by :func:`from_env`; nothing else looks at the environment.

The fields stand in :mod:`bot.settings`, a group per file. The description of each is its documentation: docs/settings.md and
.env.example are compared with it by a test. Slack's customary names are kept; everything of our own is ``DAPR_WARDEN_*``, and an
unknown one is an error.
"""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr, ValidationError

from bot.errors import InputError, SettingsError
from bot.files import content
from bot.settings.cluster import Cluster
from bot.settings.conversation import Conversation
from bot.settings.grading import Grading
from bot.settings.loki import Loki
from bot.settings.process import Process
from bot.settings.prometheus import Prometheus
from bot.settings.rotation import Rotation
from bot.settings.terminal import Terminal
from bot.settings.values import PREFIX, env_name

__all__ = ["FILE_SUFFIX", "PREFIX", "SECRETS", "Settings", "env_name", "from_env"]

FILE_SUFFIX = "_FILE"
LONGEST_TOKEN = 4096
LONGEST_VALUE = 16_384
# What Kubernetes puts into every pod beside a Service of the name "dapr-warden" (enableServiceLinks).
SERVICE_LINK = re.compile(r"DAPR_WARDEN_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
_MOUNT = "Mount the secret as a file."


class Settings(Process, Terminal, Rotation, Prometheus, Loki, Grading, Cluster, Conversation):
    """Everything that can be set. Immutable; secrets print as ``**********``. The last group named comes first in the documents."""


# What may be given as a file.
SECRETS = frozenset(env_name(name) for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation))


def from_env(environ: Mapping[str, str]) -> Settings:
    """Read settings from a mapping. An empty value counts as unset.

    Raises SettingsError naming every wrong variable at once; never shows a value of a secret.
    """
    names = {env_name(field): field for field in Settings.model_fields}
    _refuse_unknown(environ, names)
    given: dict[str, Any] = {}
    for name, field in names.items():
        value = environ.get(name, "").strip() or _from_file(environ, name)
        _refuse_unprintable(name, value)
        if value:
            given[field] = value
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            f"{env_name(str(problem['loc'][0]))}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False)
        ]
        raise SettingsError("Settings are wrong: " + "; ".join(lines), hint="docs/settings.md lists every setting.") from None


def _refuse_unknown(environ: Mapping[str, str], names: Mapping[str, str]) -> None:
    known = set(names) | {name + FILE_SUFFIX for name in SECRETS}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and not SERVICE_LINK.fullmatch(name):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "docs/settings.md lists every setting."
            raise SettingsError(f"Unknown setting {name if name.isprintable() else ascii(name)}.", hint=hint)


def _refuse_unprintable(name: str, value: str) -> None:
    if len(value) > LONGEST_VALUE or not value.isprintable():
        problem = f"{name}: it is longer than {LONGEST_VALUE} characters, or holds some that cannot be printed."
        raise SettingsError(problem, hint="docs/settings.md lists every setting.")


def _from_file(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(name + FILE_SUFFIX, "").strip() if name in SECRETS else ""
    if not path:
        return ""
    try:
        found = content(Path(path), LONGEST_TOKEN).decode().strip()
    except InputError as error:
        raise SettingsError(f"{name}{FILE_SUFFIX}: {error}", hint=_MOUNT) from error
    except UnicodeDecodeError:
        found = "\x00"
    if len(found) > LONGEST_TOKEN or not (found.isascii() and found.isprintable()):
        raise SettingsError(f"{name}{FILE_SUFFIX}: {path} holds no token or password: it is too long, or not plain text.", hint=_MOUNT)
    return found
