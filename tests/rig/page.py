"""The page of `make demo` over the rig: ``python -m tests.rig.page``. Needs `make rig`.

Real etcd, kube-apiserver and sentry, and `dapr-warden serve` as a process with the shipped rights; only Slack is ours, and time
cannot be moved. Whatever was started ends with it.
"""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from playground.slack import SystemClock
from playground.stage.run import Evening, show
from tests.rig import build
from tests.rig.api_server import running_api_server
from tests.rig.process import RigError
from tests.rig.programme import programme

FAILED, STOPPED = 1, 130
REAL = "Kubernetes, sentry 1.18.3 and the bot with its shipped rights are real; only Slack is simulated."


def main() -> int:
    """0 when stopped, 1 when it could not begin, 130 when stopped before it had begun."""
    parser = argparse.ArgumentParser(prog="python -m tests.rig.page", description="The page over real programs.")
    parser.add_argument("--port", type=int, default=None, help="port on 127.0.0.1 (default: 8090, or a free one if that is taken)")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        build.check()
        with tempfile.TemporaryDirectory(prefix="dapr-warden-page-", ignore_cleanup_errors=True) as folder:
            sys.stdout.write("Starting etcd and kube-apiserver ...\n")
            sys.stdout.flush()
            with running_api_server(Path(folder) / "api-server") as server:
                evening = Evening(port=options.port, scenario="", opens_browser=not options.no_browser, what=REAL)
                return show(evening, lambda slack: programme(server, Path(folder), slack), SystemClock())
    except (build.NotBuilt, RigError, TimeoutError) as problem:
        sys.stderr.write(f"\n{problem}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped, and everything with it.\n")
        return STOPPED


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(main())
