"""`python -m api.launcher.prepare`: the database brought to what this version expects."""

from api.db import migrate
from api.launcher.settings import LauncherSettings


def main() -> None:
    settings = LauncherSettings()
    migrate.upgrade(settings.database_url)


if __name__ == "__main__":
    main()
