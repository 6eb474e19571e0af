"""The command line speaks Dutch: the library's own words in help and errors are replaced here."""

import re
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException

WHOLE = 300
F = TypeVar("F", bound=Callable[..., Any])

WORDS: tuple[tuple[str, str], ...] = (
    (r"^Usage:", "Gebruik:"),
    (r"^Options:", "Opties:"),
    (r"^Commands:", "Opdrachten:"),
    (r"^Arguments:", "Argumenten:"),
    (r"\[OPTIONS\]", "[OPTIES]"),
    (r"COMMAND \[ARGS\]\.\.\.", "OPDRACHT ..."),
    (r"\{([A-Z]+)\}", r"\1"),
    (r"(?<=[\[ ])(-?[\d.]+)<=x<=(-?[\d.]+)\]", r"\1 tot en met \2]"),
    (r"(?<=[\[ ])x>=(-?[\d.]+)\]", r"minstens \1]"),
    (r"Show this message and exit\.", "Toon deze uitleg."),
    (r"\[required\]", "[verplicht]"),
    (r"; required\]", "; verplicht]"),
    (r"\bdefault:", "standaard:"),
    (r"\benv var:", "omgeving:"),
    (r"^Missing (?:option|argument) ", "Er ontbreekt iets: "),
    (r"^Missing command\.", "Geef een opdracht."),
    (r"^No such command ", "Deze opdracht bestaat niet: "),
    (r"^No such option: ", "Deze optie bestaat niet: "),
    (r"\(Possible options: (.*)\)", r"(Bedoelt u \1?)"),
    (r"Did you mean ", "Bedoelt u "),
    (r"^Invalid value for ", "Deze waarde kan niet bij "),
    (r"^Invalid value: ", ""),
    (r"Value error, ", ""),
    (r"Input should be a valid integer.*$", "dit is geen geheel getal."),
    (r"Input should be a valid (?:number|float).*$", "dit is geen getal."),
    (r"Input should be less than or equal to (\S+)$", r"dit is hoogstens \1."),
    (r"Input should be greater than or equal to (\S+)$", r"dit is minstens \1."),
    (r"is not one of ", "bestaat niet. Kies uit: "),
    (r"^Got unexpected extra argument\S* ", "Dit hoort er niet bij: "),
    (r"^Option (\S+) requires an argument\.", r"Bij \1 hoort een waarde."),
    (r"^Option (\S+) does not take a value\.", r"Bij \1 hoort geen waarde."),
)


SORTS = {"str": "TEKST", "path": "PAD", "int": "GETAL", "float": "GETAL"}
"""What a value is called where the command itself gives it no name."""


def sort_of_value(name: str) -> str:
    """`--map <path>` as `--map PAD`, and an argument, which has a name already, without its sort."""
    start, _, sort = name.partition(" <")
    if not sort or not start.startswith("-"):
        return start
    sort = sort.removesuffix(">").removesuffix(" range")
    if sort.startswith("list["):
        sort = sort[len("list[") : -1]
    return f"{start} {SORTS.get(sort, sort)}"


def dutch(text: str) -> str:
    """The same text with the library's English words in Dutch."""
    for pattern, word in WORDS:
        text = re.sub(pattern, word, text, flags=re.MULTILINE)
    return text


class Opdracht(TyperCommand):
    """One command with its help in Dutch."""

    def get_help(self, ctx: Any) -> str:
        """The help text, with Dutch headings."""
        return dutch(super().get_help(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options with Dutch words, put in before the columns are measured."""
        for kind, title in (("argument", "Arguments"), ("option", "Options")):
            records = [param.get_help_record(ctx) for param in self.get_params(ctx) if param.param_type_name == kind]
            rows = [(sort_of_value(record[0]), dutch(record[1])) for record in records if record is not None]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Groep(TyperGroup):
    """Commands under one name. What a person can mend ends with a sentence on stderr and exit code 2."""

    USAGE_FAULT = 2

    def faults(self) -> tuple[type[Exception], ...]:
        """The errors that a person can mend; asked for when one was raised."""
        return ()

    def get_help(self, ctx: Any) -> str:
        """The help text, with Dutch headings."""
        return dutch(super().get_help(ctx))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Every command with its whole first sentence; the library would cut it off in the middle."""
        with formatter.section("Commands"):
            formatter.write_dl([(naam, self.commands[naam].get_short_help_str(WHOLE)) for naam in self.commands])

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run and exit: 0 good, 1 found something wrong, 2 not asked for rightly or not configured rightly."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except TyperException as error:
            sys.stderr.write(dutch(error.format_message()).rstrip() + "\n" + _hint(error))
            code = error.exit_code
        except Abort:
            sys.stderr.write("Afgebroken.\n")
            code = 1
        except Exception as error:
            if not isinstance(error, self.faults()):
                raise
            sys.stderr.write(f"{error}\n")
            code = self.USAGE_FAULT
        raise SystemExit(code if isinstance(code, int) else 0)


def _hint(error: TyperException) -> str:
    """Where the explanation of this command stands; nothing after a page of help."""
    ctx = getattr(error, "ctx", None)
    if ctx is None or type(error).__name__ == "NoArgsIsHelpError":
        return ""
    return f"Uitleg: {ctx.command_path} --help\n"


class Opdrachtregel(typer.Typer):
    """A Typer of which every group and command speaks Dutch."""

    def __init__(self, name: str, help: str, cls: type[Groep] = Groep) -> None:
        super().__init__(
            name=name,
            help=help,
            cls=cls,
            no_args_is_help=True,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[F], F]:
        """As Typer's own, with Dutch help."""
        return super().command(name, **{"cls": Opdracht, **options})
