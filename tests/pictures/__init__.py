"""Takes the screenshots of docs/playground.md: ``python -m tests.pictures [NAME ...]``. Needs Chromium."""
