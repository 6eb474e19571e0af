"""Reference made from the code itself: the example config.yaml, the table of settings and the list of commands."""

import json
import textwrap
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.core import TyperGroup

from hub.kit.config import Config

MADE = "Gemaakt uit de code met `python scripts/naslag.py`; verander het daar."
WIDTH = 100
SAMPLES: dict[str, object] = {
    "bronnen.naam": "landelijk",
    "bronnen.soort": "landactiehost",
    "bronnen.url": "https://feed.example/api/v1/alerts",
    "kanalen.naam": "telegram-stad",
    "kanalen.netwerk": "telegram",
    "kanalen.instellingen": {"token": "file:geheimen/telegram", "chatId": "@stad"},
    "kanalen.gemeenten": ["GM0344"],
    "schermen.naam": "Stationshal",
    "schermen.gemeente": "GM0344",
    "schermen.lat": 52.0894,
    "schermen.lon": 5.11,
    "schermen.beheerder": "Stationsbeheer, 030 000 00 00",
}
"""Values for settings that have no default, or whose default explains nothing."""

HEAD = """\
# Instellingen van deze hub. Elke instelling staat hier met haar uitleg en haar standaardwaarde; wat u weglaat,
# houdt die waarde. Zo werkt de hub meteen, met VOORBEELD op alles en zonder kanalen.
# Geheimen staan nooit in dit bestand: schrijf ${NAAM} (omgevingsvariabele) of file:pad (een bestand hiernaast).
# Na een wijziging: `hub check`, en start de hub opnieuw.
"""


# -- config.yaml ---------------------------------------------------------------------------------------------------
def example() -> str:
    """config.yaml with every setting; a line that starts with `#` and a word is YAML to switch on, `# ` explains."""
    lines = [HEAD]
    for naam, field in _fields(Config):
        lines += _comment(field, "# ")
        section, many = _section(field)
        if section is None:
            lines.append(f"{naam}: {_value(field.default)}")
        elif many:
            lines += [f"#{line}" for line in _item(naam, section)]
        else:
            lines.append(f"{naam}:")
            for inner, setting in _fields(section):
                lines += _comment(setting, "  # ")
                lines.append(f"  {inner}: {_value(setting.default)}")
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _item(naam: str, section: type[BaseModel]) -> Iterator[str]:
    """One example of a list, with every setting of it."""
    yield f"{naam}:"
    start = "  - "
    for inner, field in _fields(section):
        sample = SAMPLES.get(f"{naam}.{inner}", field.default)
        if start.strip():
            yield f"{start}{inner}: {_value(sample)}  # {_help(field)}"
            start = "    "
            continue
        yield from (f"{start}# {line}" for line in textwrap.wrap(_help(field), WIDTH))
        yield f"{start}{inner}: {_value(sample)}"


def _comment(field: FieldInfo, mark: str) -> list[str]:
    return [mark + line for line in textwrap.wrap(f"{_help(field)}{_limits(field)}", WIDTH)]


def _value(value: Any) -> str:
    """A value as YAML on one line; JSON is YAML, and simple words need no quotes."""
    plain = list(value) if isinstance(value, tuple) else value
    return json.dumps(plain, ensure_ascii=False)


# -- docs/instellingen.md ------------------------------------------------------------------------------------------
def settings_page() -> str:
    """Every setting with type, default and explanation."""
    lines = [
        "# Instellingen",
        "",
        "Alles wat in `config.yaml` mag staan. Wat u weglaat, houdt de standaardwaarde. Een onbekende of foute",
        "instelling houdt de start tegen, met het regelnummer en wat u kunt doen. `hub check` kijkt verder: naar",
        "sleutel, database, kanalen en geheimen die leesbaar in het bestand staan.",
        "",
        "`${NAAM}` wordt de waarde van die omgevingsvariabele, `file:pad` de inhoud van dat bestand.",
        "",
    ]
    top = [(naam, field) for naam, field in _fields(Config) if _section(field)[0] is None]
    lines += _table(top)
    for naam, field in _fields(Config):
        section, many = _section(field)
        if section is not None:
            lines += ["", f"## {naam}" + (" (lijst)" if many else ""), "", _help(field), ""]
            lines += _table(list(_fields(section)))
    return "\n".join([*lines, "", MADE, ""])


def _table(fields: list[tuple[str, FieldInfo]]) -> list[str]:
    rows = [f"| `{naam}` | {_kind(field)} | {_default(field)} | {_cell(_help(field))} |" for naam, field in fields]
    return ["| instelling | soort | standaard | uitleg |", "|---|---|---|---|", *rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "verplicht"
    return "leeg" if field.default in ("", (), None) or field.default == {} else f"`{_value(field.default)}`"


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return _cell(" of ".join(f"`{choice}`" for choice in get_args(annotation)))
    if get_origin(annotation) is tuple:
        return "lijst"
    if get_origin(annotation) is dict:
        return "`naam: waarde`"
    kinds = {str: "tekst", bool: "`true` of `false`", int: "geheel getal", float: "getal"}
    name = next((words for kind, words in kinds.items() if annotation is kind or kind in get_args(annotation)), "tekst")
    return f"{name}{_limits(field)}"


def _limits(field: FieldInfo) -> str:
    """The bounds of a number, as people write them."""
    words = {"gt": "meer dan", "ge": "minstens", "le": "hoogstens"}
    found = ", ".join(
        f"{word} {getattr(rule, name):g}"
        for rule in field.metadata
        for name, word in words.items()
        if getattr(rule, name, None) is not None
    )
    return f" ({found})" if found else ""


# -- docs/opdrachten.md --------------------------------------------------------------------------------------------
def commands_page(cli: typer.Typer) -> str:
    """The help of every command, in one page."""
    root = typer.main.get_command(cli)
    lines = [
        "# Opdrachten",
        "",
        "`hub` en `python -m hub` zijn hetzelfde. Zonder `--config` leest een opdracht `config.yaml` in de map waar u",
        "staat. Afsluitcodes: 0 goed, 1 iets gevonden dat niet goed is, 2 verkeerd gevraagd of ingesteld.",
        "Korte opdrachten mogen naast een hub die draait.",
        "",
    ]
    for name, text in _helps(root, "hub"):
        lines += [f"## {name}", "", "```", text.strip(), "```", ""]
    return "\n".join([*lines, MADE, ""])


def _helps(command: Any, path: str, parent: typer.Context | None = None) -> Iterator[tuple[str, str]]:
    name = path.rsplit(" ", 1)[-1]
    ctx = typer.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH)
    yield path, command.get_help(ctx)
    if isinstance(command, TyperGroup):
        for inner in command.list_commands(ctx):
            _, child, _ = command.resolve_command(ctx, [inner])
            yield from _helps(child, f"{path} {inner}", ctx)


# -- reading the model ---------------------------------------------------------------------------------------------
def _fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    yield from ((naam, field) for naam, field in model.model_fields.items() if not field.exclude)


def _section(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The section behind a setting, and whether it is a list of them."""
    many = get_origin(field.annotation) is tuple
    inner: Any = get_args(field.annotation)[0] if many else field.annotation
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return inner, many
    return None, many


def _help(field: FieldInfo) -> str:
    return field.description or ""
