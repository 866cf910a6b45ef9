"""The door: ``python -m bot`` and ``dapr-warden`` both come in here. Knows how to leave before anything else is loaded."""

import signal
import sys


def main() -> None:
    """Run the command line of this process; ends in SystemExit with the exit code."""
    # Loading takes a second, in which a pod's first process would not hear SIGTERM at all. Only for the bot itself: to be ended
    # is its way to succeed, while for a `status` nobody may read health into it.
    if sys.argv[1:2] == ["serve"]:
        signal.signal(signal.SIGTERM, _leave)
    try:
        from bot.adapters import core_dumps  # noqa: PLC0415 - see above

        # Tokens are in the environment already, and whatever looks at a cluster reads the issuer's key, for facts about it.
        core_dumps.forbid()
        from bot import door  # noqa: PLC0415 - see above
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    door.run()


def _leave(*_: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
