"""The texts of posts: one file per type, more specific ones per netwerk and kanaal, rendered in a sandbox.

A communicatieadviseur writes these files, and may give a kanaal texts of its own, which are handed in as `eigen`: text
by stem. They can read the actie and nothing else, cannot call into Python, fail loudly on a misspelt name, and cannot
grow without end.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplatesNotFound
from jinja2.exceptions import SecurityError
from jinja2.nodes import Template as Boom
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_OUTPUT = 20_000
FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "replace", "title", "trim", "upper")
"""Filters of Jinja that a post text may use; `zin` is ours."""
KINDS: Mapping[str, str] = {"corrigeren": "correctie", "sluiten": "sluiten", "fout": "fout"}
"""Stem of the file of each kind of post; publishing has a file per type."""

EIGEN = "eigen tekst "
"""How the name of a text that is no file begins; the first line of that name is for people, the rest is the text."""
GEEN: Mapping[str, str] = MappingProxyType({})
"""The own texts of a kanaal that has none."""
_BREEKT = (TemplateError, ArithmeticError, AttributeError, RecursionError, SyntaxError, TypeError, ValueError)


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


class _Loader(FileSystemLoader):
    """Files by name, and own texts out of their name: the same words are the same template, on whatever kanaal."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        if template.startswith(EIGEN):
            title, _, text = template.partition("\n")
            return text, title, lambda: True
        return super().get_source(environment, template)


class Templates:
    """The templates in one folder; a changed file counts from the next post on."""

    def __init__(self, folder: Path) -> None:
        self._loader = _Loader(folder)
        self._environment = _Sandbox(
            loader=self._loader,
            undefined=StrictUndefined,
            # These are plain texts for networks, not HTML: escaping would put `&amp;` in a post.
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.clear()
        self._environment.filters = {name: self._environment.filters[name] for name in FILTERS} | {"zin": sentence}

    def names(self, stem: str, netwerk: str, kanaal: str, eigen: Mapping[str, str] = GEEN) -> list[str]:
        """The texts that may be used, most specific first: that of the kanaal itself, then the files."""
        own = [f"{EIGEN}{stem}\n{eigen[stem]}"] if stem in eigen else []
        return [*own, f"{stem}.{netwerk}.{kanaal}.txt", f"{stem}.{netwerk}.txt", f"{stem}.txt", "basis.txt"]

    def pick(self, stem: str, netwerk: str, kanaal: str, eigen: Mapping[str, str] = GEEN) -> str:
        """The name of the most specific text there is; a correction extends the one that was posted with."""
        return self._select(stem, netwerk, kanaal, eigen).name or ""

    def files(self) -> list[str]:
        """The names of the files there are."""
        return self._environment.list_templates()

    def source(self, name: str) -> str:
        """What stands in a file."""
        return self._loader.get_source(self._environment, name)[0]

    def parse(self, text: str) -> Boom:
        """The parts that a text is made of; raises TemplateError, with the line."""
        return self._environment.parse(text)

    def render(
        self, stem: str, netwerk: str, kanaal: str, values: Mapping[str, object], eigen: Mapping[str, str] = GEEN
    ) -> str:
        """The text of the most specific template there is, without empty lines at its ends."""
        template = self._select(stem, netwerk, kanaal, eigen)
        try:
            pieces, length = [], 0
            for piece in template.generate(values):
                length += len(piece)
                if length > MAX_OUTPUT:
                    raise SjabloonFout(f"Het sjabloon {_title(template)} maakt een tekst zonder einde.")
                pieces.append(piece)
        except _BREEKT as error:
            raise SjabloonFout(f"In het sjabloon {_title(template)} klopt iets niet: {error}") from error
        lines = (line.strip() for line in "".join(pieces).splitlines())
        return "\n".join(line for line in lines if line)

    def _select(self, stem: str, netwerk: str, kanaal: str, eigen: Mapping[str, str]) -> Template:
        names = self.names(stem, netwerk, kanaal, eigen)
        try:
            return self._environment.select_template(names)
        except TemplatesNotFound:
            raise SjabloonFout(f"Er is geen sjabloon {names[-2]} en geen basis.txt.") from None
        except _BREEKT as error:
            raise SjabloonFout(f"Het sjabloon {stem} is niet te lezen: {error}") from error


class Reeks(Templates):
    """The templates as they are at this moment, for the posts of one actie on many kanalen.

    The files are looked at once, and what differs in nothing but the link is rendered once.
    """

    def __init__(self, templates: Templates) -> None:
        self._environment, self._loader = templates._environment, templates._loader
        self._files = frozenset(self._environment.list_templates())
        self._chosen: dict[str, Template] = {}
        self._around: dict[tuple[object, ...], list[str] | None] = {}

    def render(
        self, stem: str, netwerk: str, kanaal: str, values: Mapping[str, object], eigen: Mapping[str, str] = GEEN
    ) -> str:
        """As `Templates.render`."""
        link = str(values["link"])
        code = link.rpartition("/")[2]
        same = (value for name, value in values.items() if name != "link")
        key = (self.pick(stem, netwerk, kanaal, eigen), link.removesuffix(code), len(code), *same)
        if key not in self._around:
            self._around[key] = self._parts(stem, netwerk, kanaal, values, eigen)
        around = self._around[key]
        return super().render(stem, netwerk, kanaal, values, eigen) if around is None else link.join(around)

    def _parts(
        self, stem: str, netwerk: str, kanaal: str, values: Mapping[str, object], eigen: Mapping[str, str]
    ) -> list[str] | None:
        """The text around the link; None where a template does something else with the link than showing it."""
        text, link = super().render(stem, netwerk, kanaal, values, eigen), str(values["link"])
        code = link.rpartition("/")[2]
        if not code:
            return None
        other = link.removesuffix(code) + "".join("Z" if char != "Z" else "Y" for char in code)
        parts = text.split(link)
        again = super().render(stem, netwerk, kanaal, {**values, "link": other}, eigen)
        return parts if other.join(parts) == again else None

    def _select(self, stem: str, netwerk: str, kanaal: str, eigen: Mapping[str, str]) -> Template:
        names = self.names(stem, netwerk, kanaal, eigen)
        name = next((name for name in names if name in self._files or name.startswith(EIGEN)), "")
        if name not in self._chosen:
            self._chosen[name] = super()._select(stem, netwerk, kanaal, eigen)
        return self._chosen[name]


def _title(template: Template) -> str:
    return (template.name or "").partition("\n")[0]


def sentence(text: str) -> str:
    """The text as a sentence: ends with a full stop unless it already ends with a mark of its own."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."
