"""Encrypt everything anew with another key, so that the old one opens nothing of this hub any more."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.acties.tables import FotoSleutelRij
from hub.desk.tables import DossierRij
from hub.kanalen import abonnees
from hub.kanalen.tables import KanaalRij
from hub.kit.secrets import Vault


def reseal(session: Session, oud: Vault, nieuw: Vault) -> int:
    """Settings of kanalen, keys of photos, dossiers that wait and addresses of subscribers; returns how many."""
    kanalen = session.scalars(select(KanaalRij)).all()
    for kanaal in kanalen:
        kanaal.instellingen = nieuw.encrypt(oud.decrypt(kanaal.instellingen))
    fotos = session.scalars(select(FotoSleutelRij)).all()
    for foto in fotos:
        foto.sleutel = nieuw.encrypt(oud.decrypt(foto.sleutel))
    dossiers = session.scalars(select(DossierRij)).all()
    for dossier in dossiers:
        dossier.inhoud = nieuw.encrypt(oud.decrypt(dossier.inhoud))
    return len(kanalen) + len(fotos) + len(dossiers) + abonnees.reseal(session, oud, nieuw)
