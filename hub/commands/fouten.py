"""Faults that a person can mend: they end a command with their sentence. Imported when something went wrong."""

from hub.acties.fotos import FotoGeweigerd
from hub.commands.options import Fout
from hub.commands.server import PoortBezet
from hub.desk.errors import DeskError
from hub.kanalen.registry import OnbekendNetwerk
from hub.kit.config import ConfigError
from hub.kit.db import DatabaseError
from hub.kit.kopie import KopieFout
from hub.kit.secrets import KeyFileError
from hub.reports.register import OnbekendRapport
from hub.toegang.keys import OnbekendeRol
from hub.toegang.users import GebruikerFout

FAULTS: tuple[type[Exception], ...] = (
    Fout,
    ConfigError,
    DatabaseError,
    KopieFout,
    KeyFileError,
    PoortBezet,
    DeskError,
    FotoGeweigerd,
    GebruikerFout,
    OnbekendeRol,
    OnbekendNetwerk,
    OnbekendRapport,
)
