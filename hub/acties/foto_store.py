"""Photos in the database: encrypted with a key in another table, shown by policy, erased with a trace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import isfinite

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from hub.acties.fotos import CleanPhoto, decrypt, encrypt
from hub.acties.model import FotoInfo, Persoon
from hub.acties.rules import NietMogelijk, foto_op_pagina, is_minderjarig
from hub.acties.tables import ActieRij, FotoRij, FotoSleutelRij, FotoWegRij, VersieRij
from hub.content import Foto
from hub.kit.db import signal
from hub.kit.ids import row_id
from hub.kit.secrets import Vault

MAX_FOTOS = 3
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
    erbij: bool = False,
) -> FotoInfo:
    """Store the photo of an actie for its current versie; the photos it replaces are erased at once.

    `erbij`: a further photo of the same person, beside those that are there. Raises NietMogelijk where it cannot be.
    """
    actie = session.get(ActieRij, actie_id)
    if actie is None:
        raise LookupError(f"Er is geen actie {actie_id}.")
    if actie.fase in ("afgesloten", "ingetrokken"):
        raise NietMogelijk("Deze actie is voorbij. Er kan geen foto meer bij.")
    place = _place(session, actie_id, toestemming) if erbij else 0
    if not place:
        erase_fotos(session, actie_id, now=now)
    content, key = encrypt(vault, schoon.jpeg)
    row = FotoRij(
        id=row_id(),
        actie_id=actie_id,
        vanaf_versie=actie.versie,
        som=schoon.som,
        volgorde=place,
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


def load_fotos(session: Session, vault: Vault, actie_id: str) -> tuple[Foto, ...]:
    """The opened photos of an actie in order, for rendering; whether they may be shown is for the policy to say."""
    found = session.execute(
        select(FotoRij, FotoSleutelRij)
        .join(FotoSleutelRij, FotoSleutelRij.foto_id == FotoRij.id)
        .where(FotoRij.actie_id == actie_id)
        .order_by(FotoRij.volgorde)
    )
    return tuple(Foto(decrypt(vault, row.inhoud, key.sleutel), row.focus_x, row.focus_y) for row, key in found)


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


_KNOWN = (
    select(
        FotoRij.actie_id, FotoRij.id, FotoRij.som, FotoRij.breedte, FotoRij.hoogte, FotoRij.focus_x,
        FotoRij.focus_y, FotoRij.toestemming_schriftelijk,
    )
    .where(FotoRij.actie_id.in_(bindparam("acties", expanding=True)))
    .order_by(FotoRij.volgorde)
)  # fmt: skip


def fotos_of(session: Session, actie_ids: Sequence[str]) -> dict[str, FotoInfo]:
    """What is known of the photo of each of these acties, without reading its content."""
    found: dict[str, FotoInfo] = {}
    for row in session.execute(_KNOWN, {"acties": list(actie_ids)}):
        info = FotoInfo(*row[1:])
        first = found.get(row[0])
        found[row[0]] = info if first is None else replace(first, meer=(*first.meer, info.som))
    return found


def _place(session: Session, actie_id: str, toestemming: bool) -> int:
    """Where a further photo comes; 0 when it is the first after all."""
    there = fotos_of(session, [actie_id]).get(actie_id)
    if there is None:
        return 0
    if there.toestemming_schriftelijk and not toestemming:
        raise NietMogelijk("Voor de eerste foto is er schriftelijke toestemming. Die is ook voor deze foto nodig.")
    if len(there.meer) + 1 >= MAX_FOTOS:
        raise NietMogelijk(f"Een actie heeft hoogstens {MAX_FOTOS} foto's. Vervang ze door een nieuwe eerste foto.")
    return len(there.meer) + 1


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
