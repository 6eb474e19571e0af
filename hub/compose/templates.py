"""The texts of posts: one file per type, more specific ones per netwerk and kanaal, rendered in a sandbox.

A communicatieadviseur writes these files. They can read the actie and nothing else, cannot call into Python, fail
loudly on a misspelt name, and cannot grow without end.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplatesNotFound
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_OUTPUT = 20_000
FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "replace", "title", "trim", "upper")
"""Filters of Jinja that a post text may use; `zin` is ours."""
KINDS: Mapping[str, str] = {"corrigeren": "correctie", "sluiten": "sluiten", "fout": "fout"}
"""Stem of the file of each kind of post; publishing has a file per type."""


class SjabloonFout(Exception):
    """A text template cannot be used; the message names the file and the fault in Dutch."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without what can grow without end: no multiplication, no methods of plain values, no ranges."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        raise SecurityError(f"`{operator}` kan niet in een sjabloon")

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        plain = isinstance(obj, str | bytes | int | float | list | tuple | dict)
        return not plain and super().is_safe_attribute(obj, attr, value)


class Templates:
    """The templates in one folder; a changed file counts from the next post on."""

    def __init__(self, folder: Path) -> None:
        self._environment = _Sandbox(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            # These are plain texts for networks, not HTML: escaping would put `&amp;` in a post.
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.clear()
        self._environment.filters = {name: self._environment.filters[name] for name in FILTERS} | {"zin": sentence}

    def names(self, stem: str, netwerk: str, kanaal: str) -> list[str]:
        """The files that may hold this text, most specific first."""
        return [f"{stem}.{netwerk}.{kanaal}.txt", f"{stem}.{netwerk}.txt", f"{stem}.txt", "basis.txt"]

    def pick(self, stem: str, netwerk: str, kanaal: str) -> str:
        """The name of the most specific file there is; a correction extends the one that was posted with."""
        return self._select(stem, netwerk, kanaal).name or ""

    def render(self, stem: str, netwerk: str, kanaal: str, values: Mapping[str, object]) -> str:
        """The text of the most specific file there is, without empty lines at its ends."""
        template = self._select(stem, netwerk, kanaal)
        try:
            pieces, length = [], 0
            for piece in template.generate(values):
                length += len(piece)
                if length > MAX_OUTPUT:
                    raise SjabloonFout(f"Het sjabloon {template.name} maakt een tekst zonder einde.")
                pieces.append(piece)
        except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
            raise SjabloonFout(f"In het sjabloon {template.name} klopt iets niet: {error}") from error
        lines = (line.strip() for line in "".join(pieces).splitlines())
        return "\n".join(line for line in lines if line)

    def _select(self, stem: str, netwerk: str, kanaal: str) -> Template:
        names = self.names(stem, netwerk, kanaal)
        try:
            return self._environment.select_template(names)
        except TemplatesNotFound:
            raise SjabloonFout(f"Er is geen sjabloon {names[-2]} en geen basis.txt.") from None
        except TemplateError as error:
            raise SjabloonFout(f"Het sjabloon {stem} is niet te lezen: {error}") from error


class Reeks(Templates):
    """The templates as they are at this moment, for the posts of one actie on many kanalen.

    The files are looked at once, and what differs in nothing but the link is rendered once.
    """

    def __init__(self, templates: Templates) -> None:
        self._environment = templates._environment
        self._files = frozenset(self._environment.list_templates())
        self._chosen: dict[str, Template] = {}
        self._around: dict[tuple[object, ...], list[str] | None] = {}

    def render(self, stem: str, netwerk: str, kanaal: str, values: Mapping[str, object]) -> str:
        """As `Templates.render`."""
        link = str(values["link"])
        code = link.rpartition("/")[2]
        same = (value for name, value in values.items() if name != "link")
        key = (self.pick(stem, netwerk, kanaal), link.removesuffix(code), len(code), *same)
        if key not in self._around:
            self._around[key] = self._parts(stem, netwerk, kanaal, values, link)
        around = self._around[key]
        return super().render(stem, netwerk, kanaal, values) if around is None else link.join(around)

    def _parts(self, stem: str, netwerk: str, kanaal: str, values: Mapping[str, object], link: str) -> list[str] | None:
        """The text around the link; None where a template does something else with the link than showing it."""
        text = super().render(stem, netwerk, kanaal, values)
        code = link.rpartition("/")[2]
        if not code:
            return None
        other = link.removesuffix(code) + "".join("Z" if char != "Z" else "Y" for char in code)
        parts = text.split(link)
        return parts if other.join(parts) == super().render(stem, netwerk, kanaal, {**values, "link": other}) else None

    def _select(self, stem: str, netwerk: str, kanaal: str) -> Template:
        name = next((name for name in self.names(stem, netwerk, kanaal) if name in self._files), "")
        if name not in self._chosen:
            self._chosen[name] = super()._select(stem, netwerk, kanaal)
        return self._chosen[name]


def sentence(text: str) -> str:
    """The text as a sentence: ends with a full stop unless it already ends with a mark of its own."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."
