"""`python -m playground.demo`: exit code 0 at the end of the story, 1 when something did not come, 130 after Ctrl-C."""

import argparse
import io
import sys

STOPPED = 130


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(
        prog="python -m playground.demo", description="Show the bot at work, in this terminal: about half a minute, Enter goes on."
    )
    parser.add_argument("--fast", action="store_true", help="no pauses; the default where standard output is no terminal")
    options = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Terminals speak UTF-8, also those whose locale was never set.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        # Imported here: it takes a second, in which Ctrl-C must not end in a traceback.
        from playground.demo import run  # noqa: PLC0415

        return run.run(fast=options.fast)
    except KeyboardInterrupt:
        return STOPPED


if __name__ == "__main__":
    raise SystemExit(main())
