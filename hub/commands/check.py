"""`hub check`: what is right and what is not, before or beside a running hub. Changes nothing."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer
import yaml
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hub.commands import keuring, naslag, options
from hub.commands.options import ConfigPad
from hub.commands.parts import Parts
from hub.desk import belstand
from hub.desk.belstand import Belkanaal
from hub.kanalen import store as kanalen
from hub.kanalen.registry import Registry
from hub.kit import migrate
from hub.kit.clock import AMSTERDAM, SystemClock
from hub.kit.config import Config, ConfigError
from hub.kit.config_fouten import line_of
from hub.kit.databases import opened
from hub.kit.db import DatabaseError
from hub.kit.secrets import KeyFileError, Vault, key_fault, open_vault
from hub.kit.sqlite import database_fault
from hub.toegang import audit

Oordeel = Literal["goed", "let op", "fout"]


@dataclass(frozen=True, slots=True)
class Regel:
    """One line of the outcome."""

    oordeel: Oordeel
    zin: str


def register(cli: typer.Typer, parts: Parts) -> None:
    """Add `hub check`."""

    @cli.command()
    def check(
        config: ConfigPad = options.STANDAARD,
        voorbeeld: Annotated[
            bool, typer.Option("--voorbeeld", help="Schrijf een config.yaml met elke instelling en haar uitleg.")
        ] = False,
    ) -> None:
        """Kijk of de hub kan werken: instellingen, sleutel, database, letters en kanalen. Verandert niets."""
        if voorbeeld:
            sys.stdout.write(naslag.example())
            return
        lines = list(inspected(config, parts))
        for line in lines:
            sys.stdout.write(f"{line.oordeel:<7} {line.zin}\n")
        wrong = sum(line.oordeel == "fout" for line in lines)
        sys.stdout.write(f"\nAantal fouten: {wrong}.\n")
        if wrong:
            raise typer.Exit(1)


def inspected(path: Path, parts: Parts) -> Iterator[Regel]:
    """Every finding, the good ones too; what cannot be read leaves the rest out."""
    registry = Registry(parts.channels)
    try:
        config = options.load(path)
    except ConfigError as error:
        yield from (Regel("fout", line) for line in str(error).splitlines())
        return
    yield Regel("goed", f"{path.name} is goed te lezen.")
    yield from _settings(path, config, registry)
    vault = None
    known: dict[str, Belkanaal] = {}
    key = config.pad(config.sleutelbestand)
    if key.exists() and not key_fault(key):
        try:
            vault = open_vault(key)
            yield _readable(key)
        except KeyFileError as error:
            yield Regel("fout", str(error))
    if not (file := keuring.database_file(config)) or not database_fault(file):
        yield from _database(config, vault, known)
    if not key.exists() and not key_fault(key):
        made = Regel("goed", f"Het sleutelbestand {key.name} wordt bij de eerste start gemaakt.")
        yield Regel("fout", keuring.LOST_KEY.format(pad=key)) if known else made
    yield from _ringing(path, config, registry, known)
    yield _renderer(parts)


def _settings(path: Path, config: Config, registry: Registry) -> Iterator[Regel]:
    tree = yaml.compose(path.read_text(encoding="utf-8"))
    for found in keuring.findings(config, registry, SystemClock().now().astimezone(AMSTERDAM).date()):
        oordeel: Oordeel = "fout" if found.ernstig else "let op"
        yield Regel(oordeel, f"{path.name}, regel {line_of(tree, found.plaats)}: {found.zin}")
    for number, zin in keuring.clear_secrets(path, registry):
        yield Regel("let op", f"{path.name}, regel {number}: {zin}")
    if config.voorbeeld:
        yield Regel(
            "let op",
            "Alles draagt het woord VOORBEELD tot organisatie.naam, organisatie.contact en kortelinks.domein er staan.",
        )
    numbers = f"{len(config.kanalen)} kanalen, {len(config.schermen)} schermen, {len(config.bronnen)} bronnen"
    yield Regel("goed", f"Vastgelegd in {path.name}: {numbers}.")


def _readable(path: Path) -> Regel:
    if path.stat().st_mode & 0o077:
        return Regel("let op", f"Anderen kunnen {path.name} lezen. Draai: chmod 600 {path}")
    return Regel("goed", f"Het sleutelbestand {path.name} is te gebruiken.")


def _ringing(path: Path, config: Config, registry: Registry, known: Mapping[str, Belkanaal]) -> Iterator[Regel]:
    """The kanalen that must ring people and cannot; what config.yaml says of a kanaal is applied at the next start."""
    laid_down = {
        item.naam: Belkanaal(item.netwerk, item.aan, item.echt, item.naam in known and known[item.naam].gepauzeerd)
        for item in config.kanalen
    }
    for fault in belstand.silent(config, {**known, **laid_down}, registry.handmatig):
        yield Regel("let op", f"{path.name}, regel {fault.regel}: {fault.zin}")


def _database(config: Config, vault: Vault | None, known: dict[str, Belkanaal]) -> Iterator[Regel]:
    """Opens an existing database for reading only; a new one is left for the first start to make.

    `known` is filled with the kanalen in it.
    """
    path = keuring.database_file(config)
    if path is None:
        try:
            with opened(config.db_url) as db:
                yield from _look(db.reading, "PostgreSQL", vault, known)
        except DatabaseError as error:
            yield Regel("fout", str(error))
    elif not path.exists() or not path.stat().st_size:
        yield Regel("goed", f"De database {path.name} wordt bij de eerste start gemaakt.")
    else:
        engine = create_engine(f"{keuring.SQLITE}file:{path}?mode=ro&uri=true")
        yield from _look(engine, path.name, vault, known)
        engine.dispose()


def _look(engine: Engine, naam: str, vault: Vault | None, known: dict[str, Belkanaal]) -> Iterator[Regel]:
    try:
        tables = inspect(engine).get_table_names()
        if not tables and engine.dialect.name == "postgresql":
            yield Regel("goed", f"De database ({naam}) is nog leeg; de eerste start vult hem.")
        elif "alembic_version" not in tables:
            yield Regel("fout", f"{naam} is geen database van de hub. Verbeter database_url.")
        elif migrate.revision(engine) != migrate.newest():
            yield Regel("let op", f"{naam} heeft een ouder schema. De volgende start werkt het bij.")
        else:
            with Session(engine) as session:
                known |= belstand.known(session)
                yield from _content(session, naam, vault)
    except SQLAlchemyError as error:
        yield Regel("fout", f"{naam} is niet te lezen ({type(error).__name__}). Verbeter database_url.")


def _content(session: Session, naam: str, vault: Vault | None) -> Iterator[Regel]:
    yield Regel("goed", f"De database {naam} is te lezen en bij.")
    broken = audit.first_broken(session)
    if broken is not None:
        yield Regel("fout", f"Auditregel {broken} past niet op de regel ervoor: er is iets veranderd of verdwenen.")
    for kanaal in kanalen.every(session):
        if vault is not None:
            try:
                kanalen.settings_of(session, vault, kanaal.naam)
            except KeyFileError:
                yield Regel("fout", f"De sleutel past niet op kanaal {kanaal.naam}. Zet het goede bestand terug.")
        if kanaal.gepauzeerd:
            yield Regel("let op", f"Kanaal {kanaal.naam} wacht op u: {kanaal.gepauzeerd}")


def _renderer(parts: Parts) -> Regel:
    try:
        formats = parts.renderer().formats()
    except options.Fout as error:
        return Regel("fout", str(error))
    return Regel("goed", f"Posters zijn te tekenen, in {len(formats)} formaten.")
