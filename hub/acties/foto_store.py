"""Photos in the database: encrypted with a key in another table, shown by policy, erased with a trace."""

from collections.abc import Sequence
from datetime import datetime
from math import isfinite

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hub.acties.fotos import CleanPhoto, decrypt, encrypt
from hub.acties.model import FotoInfo, Persoon
from hub.acties.rules import NietMogelijk, foto_op_pagina, is_minderjarig
from hub.acties.tables import ActieRij, FotoRij, FotoSleutelRij, FotoWegRij, VersieRij
from hub.content import Foto
from hub.kit.db import signal
from hub.kit.ids import row_id
from hub.kit.secrets import Vault

SLEUTELTABEL = "foto_sleutel"
"""What has to leave the disk before an erased photo is really gone."""


def add_foto(
    session: Session,
    vault: Vault,
    actie_id: str,
    schoon: CleanPhoto,
    *,
    focus_x: float,
    focus_y: float,
    toestemming: bool,
    wie: str,
    now: datetime,
) -> FotoInfo:
    """Store the photo of an actie for its current versie; the photo it replaces is erased at once."""
    actie = session.get(ActieRij, actie_id)
    if actie is None:
        raise LookupError(f"Er is geen actie {actie_id}.")
    if actie.fase in ("afgesloten", "ingetrokken"):
        raise NietMogelijk("Deze actie is voorbij. Er kan geen foto meer bij.")
    erase_fotos(session, actie_id, now=now)
    content, key = encrypt(vault, schoon.jpeg)
    row = FotoRij(
        id=row_id(),
        actie_id=actie_id,
        vanaf_versie=actie.versie,
        som=schoon.som,
        inhoud=content,
        breedte=schoon.breedte,
        hoogte=schoon.hoogte,
        focus_x=_fraction(focus_x),
        focus_y=_fraction(focus_y),
        toestemming_schriftelijk=toestemming,
        toestemming_door=wie if toestemming else "",
        gemaakt_op=now,
    )
    session.add_all([row, FotoSleutelRij(foto_id=row.id, sleutel=key)])
    session.flush()
    signal(session, "actie", actie_id)
    return _info(row)


def load_foto(session: Session, vault: Vault, actie_id: str) -> Foto | None:
    """The opened photo of an actie, for rendering; whether it may be shown is for the policy to say."""
    found = session.execute(
        select(FotoRij, FotoSleutelRij)
        .join(FotoSleutelRij, FotoSleutelRij.foto_id == FotoRij.id)
        .where(FotoRij.actie_id == actie_id)
        .order_by(FotoRij.gemaakt_op.desc(), FotoRij.id.desc())
    ).first()
    if found is None:
        return None
    row, key = found
    return Foto(decrypt(vault, row.inhoud, key.sleutel), row.focus_x, row.focus_y)


def foto_public(session: Session, vault: Vault, som: str) -> bytes | None:
    """The JPEG behind a public photo address: only while its actie runs and the policy lets it be seen."""
    same = (VersieRij.actie_id == ActieRij.id) & (VersieRij.versie == ActieRij.versie)
    rows = session.execute(
        select(FotoRij, FotoSleutelRij, ActieRij, VersieRij)
        .join(FotoSleutelRij, FotoSleutelRij.foto_id == FotoRij.id)
        .join(ActieRij, ActieRij.id == FotoRij.actie_id)
        .join(VersieRij, same)
        .where(FotoRij.som == som, ActieRij.fase == "actief")
    ).all()
    for foto, key, actie, versie in rows:
        besluit = foto_op_pagina(
            niveau=actie.niveau,
            type=actie.type,
            minderjarig=is_minderjarig(actie.type, Persoon(versie.leeftijd, versie.minderjarig)),
            toestemming=foto.toestemming_schriftelijk,
        )
        if besluit.mag:
            return decrypt(vault, foto.inhoud, key.sleutel)
    return None


def foto_gone(session: Session, som: str) -> bool:
    """Whether a photo with this hash was here and is here no more: its address then answers 410."""
    if session.scalar(select(FotoRij.id).where(FotoRij.som == som).limit(1)) is not None:
        return False
    return session.scalar(select(FotoWegRij.som).where(FotoWegRij.som == som).limit(1)) is not None


def fotos_of(session: Session, actie_ids: Sequence[str]) -> dict[str, FotoInfo]:
    """What is known of the photo of each of these acties, without reading its content."""
    columns = (
        FotoRij.actie_id, FotoRij.id, FotoRij.som, FotoRij.breedte, FotoRij.hoogte, FotoRij.focus_x,
        FotoRij.focus_y, FotoRij.toestemming_schriftelijk,
    )  # fmt: skip
    query = select(*columns).where(FotoRij.actie_id.in_(actie_ids)).order_by(FotoRij.gemaakt_op, FotoRij.id)
    return {row[0]: FotoInfo(*row[1:]) for row in session.execute(query)}


def erase_fotos(session: Session, actie_id: str, *, now: datetime) -> list[str]:
    """Delete the photos of an actie and their keys, leave a line that they existed, return their hashes."""
    gone = list(session.execute(select(FotoRij.id, FotoRij.som).where(FotoRij.actie_id == actie_id)))
    ids = [foto_id for foto_id, _ in gone]
    session.execute(delete(FotoSleutelRij).where(FotoSleutelRij.foto_id.in_(ids)))
    session.execute(delete(FotoRij).where(FotoRij.id.in_(ids)))
    hashes = list(dict.fromkeys(som for _, som in gone))
    for som in hashes:
        session.merge(FotoWegRij(som=som, actie_id=actie_id, gewist_op=now, schijf_leeg_op=None))
    session.flush()
    return hashes


def note_disk_clean(session: Session, before: datetime, now: datetime) -> None:
    """The write-ahead log was emptied at `now`: what was erased up to `before` is no longer on the disk."""
    session.execute(
        update(FotoWegRij)
        .where(FotoWegRij.schijf_leeg_op.is_(None), FotoWegRij.gewist_op <= before)
        .values(schijf_leeg_op=now)
    )


def disk_dirty(session: Session) -> bool:
    """Whether an erased photo may still lie in the write-ahead log."""
    return session.scalar(select(FotoWegRij.som).where(FotoWegRij.schijf_leeg_op.is_(None)).limit(1)) is not None


def _info(row: FotoRij) -> FotoInfo:
    return FotoInfo(row.id, row.som, row.breedte, row.hoogte, row.focus_x, row.focus_y, row.toestemming_schriftelijk)


def _fraction(value: float) -> float:
    """A point within the picture; what is not a number becomes the middle."""
    return min(1.0, max(0.0, value)) if isfinite(value) else 0.5
