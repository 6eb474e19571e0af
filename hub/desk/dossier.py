"""The dossier of an ended actie: what was sent where, by whom and when, with the receipt, for the archive.

The words are sealed in the transaction that erases them everywhere else, and leave the database for the archive
folder once the receipt is complete. There is never a photo in it. Without an archive folder nothing is kept.
"""

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hub.acties import store as acties
from hub.acties.model import Actie
from hub.acties.tables import VersieRij
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.desk import bewijs
from hub.desk.basis import Basis
from hub.desk.tables import DossierRij
from hub.kit import log
from hub.kit.clock import iso
from hub.kit.paden import reden
from hub.kit.secrets import Vault
from hub.toegang import audit

UITERLIJK = timedelta(minutes=60)
"""So long a dossier waits for a complete receipt; then it is kept with the receipt as it is."""
VERSIE_VELDEN = (
    "versie", "titel", "bericht", "signalement", "laatst_gezien", "leeftijd", "minderjarig", "gemeenten", "lat", "lon",
    "straal_meters", "reden", "gemaakt_door", "gemaakt_op",
)  # fmt: skip
BERICHT_VELDEN = (
    "id", "kanaal", "versie", "soort", "staat", "tekst", "link", "beeld", "bericht_url", "pogingen", "bewijs", "fout",
    "gemaakt_op", "gestart_op", "bevestigd_op",
)  # fmt: skip


# -- sealing ---------------------------------------------------------------------------------------
def verzegel(session: Session, vault: Vault, actie: Actie, now: datetime) -> None:
    """Keep what is about to be erased, encrypted. Ended a second time, the words of the first are kept."""
    if actie.gestart_op is None:
        return
    same = DossierRij.actie_id == actie.id
    if session.scalar(select(DossierRij.actie_id).where(same)) is not None:
        session.execute(update(DossierRij).where(same).values(gemaakt_op=now))
        return
    inhoud = json.dumps(_inhoud(session, actie), ensure_ascii=False).encode()
    session.add(DossierRij(actie_id=actie.id, inhoud=vault.encrypt(inhoud), gemaakt_op=now, fout=""))
    session.flush()


def _inhoud(session: Session, actie: Actie) -> dict[str, Any]:
    versies = session.scalars(select(VersieRij).where(VersieRij.actie_id == actie.id).order_by(VersieRij.versie))
    # Of subscribers the receipt holds their number and nothing else.
    own = delivery.of_actie(session, actie.id, delivery.EIGEN)
    sent = [row for row in own if row.soort in ("publiceren", "corrigeren")]
    return {
        "vervolg": actie.beeindigd_op is not None,
        "versies": [_fields(versie, VERSIE_VELDEN) for versie in versies],
        "berichten": [_fields(row, BERICHT_VELDEN) for row in sent],
    }


# -- to the archive --------------------------------------------------------------------------------
async def schrijf(desk: Basis) -> int:
    """Write every dossier that is due to the archive folder and forget it here; returns how many were kept."""
    if not desk.config.bewaren.dossier_map:
        return 0
    folder, now = desk.config.pad(desk.config.bewaren.dossier_map), desk.clock.now()
    kept = 0
    for actie_id in await desk.db.read(_waiting):
        made = await desk.db.read_long(partial(_compleet, desk, actie_id, now))
        if made is not None:
            kept += await _keep(desk, folder, actie_id, *made)
    return kept


def _waiting(session: Session) -> list[str]:
    return list(session.scalars(select(DossierRij.actie_id).order_by(DossierRij.gemaakt_op)))


def _compleet(desk: Basis, actie_id: str, now: datetime, session: Session) -> tuple[str, bytes, datetime] | None:
    """Name and bytes of a dossier that is due, and the moment it was sealed; None while the receipt is not complete."""
    row = session.get(DossierRij, actie_id)
    actie = acties.get(session, actie_id)
    if row is None or actie is None:
        return None
    receipt = bewijs.receipt(session, desk.config, actie_id, now)
    if not receipt.compleet and now - row.gemaakt_op < UITERLIJK:
        return None
    sealed = json.loads(desk.vault.decrypt(row.inhoud))
    rows = delivery.of_actie(session, actie_id)
    whole = {
        "actie": _plain(_without_words(actie)),
        "versies": sealed["versies"],
        "berichten": sealed["berichten"],
        "bezorgingen": [_fields(b, BERICHT_VELDEN) for b in rows if not b.doel],
        "auditregels": [_plain(regel) for regel in audit.of_actie(session, actie_id)],
        "intrekkingsbewijs": _plain(receipt),
    }
    data = json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"
    return _naam(actie, sealed["vervolg"]), data, row.gemaakt_op


def _without_words(actie: Actie) -> dict[str, Any]:
    """The circumstances of the actie; its words are those of its versies, and of its photo nothing is said."""
    leave = ("titel", "bericht", "signalement", "laatst_gezien", "persoon", "foto")
    return {name: value for name, value in asdict(actie).items() if name not in leave}


def _naam(actie: Actie, vervolg: bool) -> str:
    """`<code>-<kenmerk>`; what came after a first dossier was kept gets a name of its own."""
    kenmerk = re.sub(r"[^\w.-]+", "-", actie.kenmerk, flags=re.ASCII).strip(".-")
    return "-".join((actie.code, kenmerk, *(["ingetrokken"] if vervolg else [])))


async def _keep(desk: Basis, folder: Path, actie_id: str, naam: str, data: bytes, sealed_op: datetime) -> bool:
    signature = b64encode(desk.vault.signing_key().sign(data)) + b"\n"
    same = DossierRij.actie_id == actie_id
    try:
        await desk.in_thread(lambda: _store(folder, {f"{naam}.sig": signature, f"{naam}.json": data}))
    except OSError as error:
        fout = reden(error)
        log.get("dossier").error("dossier niet in het archief", id=actie_id, fout=fout)
        await desk.db.write(lambda s: s.execute(update(DossierRij).where(same).values(fout=fout)).close())
        return False
    # Ended once more meanwhile: then the row stays, and the file is written anew with the newer receipt.
    mine = delete(DossierRij).where(same, DossierRij.gemaakt_op == sealed_op)
    await desk.db.write(lambda s: s.execute(mine).close())
    desk.disk_held = True
    return True


def _store(folder: Path, files: dict[str, bytes]) -> None:
    """Each file whole or not at all, and on disk when this returns."""
    for name, data in files.items():
        part = folder / f".{name}.deel"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.rename(folder / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- plain data ------------------------------------------------------------------------------------
def _fields(row: VersieRij | Bezorging, names: Iterable[str]) -> dict[str, Any]:
    return {_camel(name): _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    """As JSON, with the keys of the API."""
    if isinstance(value, datetime):
        return iso(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _plain({name: getattr(value, name) for name in value.__dataclass_fields__})
    if isinstance(value, dict):
        return {_camel(str(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
