"""`python -m playground.stage`: the page, until Ctrl-C or SIGTERM. Exit code 0 after either, 1 when it could not begin."""

import argparse
import sys


def main() -> int:
    """Read the command line and show it."""
    parser = argparse.ArgumentParser(
        prog="python -m playground.stage", description="The bot, a simulated cluster and a simulated Slack, as a page in the browser."
    )
    parser.add_argument("--port", type=int, default=None, help="port on 127.0.0.1 (default: 8090, or a free one if that is taken)")
    parser.add_argument("--scenario", default="", help="id of the scenario to begin with (default: expires-soon)")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    options = parser.parse_args()
    try:
        # Imported here: it takes a second, in which Ctrl-C must not end in a traceback.
        from playground.stage.run import Evening, run  # noqa: PLC0415

        return run(Evening(port=options.port, scenario=options.scenario, opens_browser=not options.no_browser))
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
