"""`python -m api.launcher.prepare`: the database as this version expects it, and the demo organisation."""

import json
import os
import sys

from api.db import migrate
from api.db.engine import app_engine
from api.launcher.settings import LauncherSettings
from api.launcher.welcome import LOGIN
from api.v1.assistants.demo import add_demo_assistants
from api.v1.organizations.bootstrap import Demo, bootstrap
from voice_engine.kernel.errors import YingdaError


def main() -> None:
    """In production there is no demo organisation: only the migrations run."""
    settings = LauncherSettings()
    migrate.upgrade(settings.database_url)
    if settings.environment == "development":
        engine = app_engine(settings.database_url, connections=1)
        _leave_login(settings, bootstrap(engine, settings, furnish=add_demo_assistants))
        engine.dispose()


def _leave_login(settings: LauncherSettings, demo: Demo) -> None:
    """The owner's password is shown once; this file hands it to the launcher, which removes it."""
    if demo.owner_password is None:
        return
    path = settings.data_dir / LOGIN
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"email": demo.owner_email, "password": demo.owner_password}, file)


if __name__ == "__main__":
    try:
        main()
    except YingdaError as refusal:  # what a person can mend is read as a sentence, by way of the log
        sys.exit(refusal.message)
