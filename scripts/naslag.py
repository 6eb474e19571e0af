"""Writes what follows from the code: config.yaml, docs/instellingen.md and docs/opdrachten.md."""

from pathlib import Path

from hub.app import command_line
from hub.commands import naslag

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write the three files; nothing changes when they were right."""
    for name, content in (
        ("config.yaml", naslag.example()),
        ("docs/instellingen.md", naslag.settings_page()),
        ("docs/opdrachten.md", naslag.commands_page(command_line())),
    ):
        (ROOT / name).write_text(content, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
