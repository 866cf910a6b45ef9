"""Which Chromium drives the page. `python -m tests.browser.chromium` makes sure that there is one, or says in one line how."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "DAPR_WARDEN_CHROMIUM"
HOW = (
    f"There is no Chromium here: `make browser` as root on Debian, install one of {', '.join(NAMES[:3])}, or put its path into {VARIABLE}."
)
PACKAGES = ("chromium", "fonts-noto-color-emoji")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str:
    """The path of a Chromium, empty when there is none."""
    chosen = os.environ.get(VARIABLE, "")  # noqa: TID251 - a setting of the tests, not of the bot
    if chosen:
        return chosen if Path(chosen).is_file() else ""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def main() -> int:
    """Print where it is; install it where that can be done unasked."""
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)  # noqa: S607 - the system's own
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *PACKAGES], check=False)  # noqa: S603, S607 - as above
    path = find()
    sys.stdout.write(f"{path or HOW}\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
