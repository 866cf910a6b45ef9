"""Brings a memory of any earlier version to today's schema, all steps in one transaction; refuses what it does not know."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from bot.errors import SettingsError

FOLDER = Path(__file__).parent / "migrations"
# Alembic keeps what it works on in variables of its module: two memories opened in one process at once would take each other's.
_ALEMBIC = threading.Lock()


def migrate(engine: Engine, path: Path, *, to: str = "head") -> None:
    """Run the missing revisions. Raises SettingsError when ``path`` is of a newer version, or not ours at all."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        _refuse_foreign(current, inspect(connection).get_table_names(), path)
        _refuse_newer(current, script, path)
        config.attributes["connection"] = connection
        with _ALEMBIC:
            command.upgrade(config, to)


def _refuse_foreign(current: str | None, tables: list[str], path: Path) -> None:
    if current is None and tables:
        raise SettingsError(
            f"{path} is a database of something else (it has the table {min(tables)}).",
            hint="Let DAPR_WARDEN_STORE name a file of its own; it is created if it does not exist.",
        )


def _refuse_newer(current: str | None, script: ScriptDirectory, path: Path) -> None:
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise SettingsError(
            f"{path} was written by a newer dapr-warden (schema {current}; this one knows up to {script.get_current_head()}).",
            hint="Run that version again, or let DAPR_WARDEN_STORE name a new file; open alerts are then posted anew.",
        )
