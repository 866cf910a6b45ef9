"""What can keep the bot from doing its work. Unhealthy is a value (a Finding); *unable* is one of these.

    BotError                    anything the bot itself raises; carries ``hint`` for the person
    ├── SettingsError           a setting is missing, malformed or unknown
    ├── InputError              a person's input cannot be understood (a file, a word, a version)
    └── Unable                  the world did not let us
        ├── Transient           worth another try (``retry_after`` says when, if the other side said so)
        │   ├── Unreachable     no connection, reset, name not resolved, TLS not agreed
        │   ├── TimedOut        no answer inside the deadline
        │   └── Throttled       told to wait (HTTP 429)
        └── Permanent           the same call will fail again until a person changes something
            ├── Forbidden       authenticated, not allowed (HTTP 403); names verb, resource, name
            ├── Unauthenticated credentials missing, expired, wrong (HTTP 401)
            ├── Missing         the thing, or its whole kind, does not exist (HTTP 404)
            ├── Conflicting     somebody else wrote in between (HTTP 409)
            │   └── Outrun      what was decided was decided on a journal that has grown since
            └── Malformed       an answer that is not what the API promises, or larger than we read

Every message says what was tried and what happened; ``hint`` says what to do. The cause is chained.
"""

from datetime import timedelta


class BotError(Exception):
    """Base of everything the bot raises on purpose. ``hint`` is one sentence for a person: what to do now."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class SettingsError(BotError):
    """A setting is missing, malformed or unknown. Nothing has been started."""


class InputError(BotError):
    """What a person gave (a file, a word, a version) cannot be understood; nothing was changed."""


class Unable(BotError):
    """The world did not let us. Never means that anything is healthy or unhealthy: it means unknown."""


class Transient(Unable):
    """Worth another try. ``retry_after`` is what the other side asked for, None when it said nothing."""

    def __init__(self, message: str, *, hint: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Unreachable(Transient):
    """No connection, a reset, a name that does not resolve, TLS that was not agreed."""


class TimedOut(Transient):
    """No answer inside the deadline."""


class Throttled(Transient):
    """The other side told us to wait (HTTP 429)."""


class Permanent(Unable):
    """The same call fails again until a person changes something."""


class Forbidden(Permanent):
    """Authenticated but not allowed (HTTP 403). The message names verb, resource and name."""


class Unauthenticated(Permanent):
    """Credentials are missing, expired or wrong (HTTP 401)."""


class Missing(Permanent):
    """The thing, or its whole kind, does not exist (HTTP 404)."""


class Conflicting(Permanent):
    """Somebody else wrote in between (HTTP 409); re-read before deciding again."""


class Outrun(Conflicting):
    """Somebody wrote into a journal between the look at it and the decision; nothing was written. Look at it, and decide anew."""


class Malformed(Permanent):
    """An answer that is not what the API promises, or more of it than we are willing to read."""
