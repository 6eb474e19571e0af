"""What the API shows of an actie, a bezorging, a kanaal, a scherm and a receipt."""

from collections.abc import Mapping
from typing import Any

from hub.acties.model import Actie, FotoInfo
from hub.content import Cirkel, Keuring, Plaats, Renderer
from hub.delivery.model import Bezorging
from hub.desk.bewijs import Bewijs
from hub.desk.donker import Duur
from hub.desk.plannen import Voorbeeld
from hub.kanalen.model import Kanaal
from hub.kanalen.registry import Registry
from hub.kit.clock import iso
from hub.kit.config import Config
from hub.screens.model import Scherm


def actie(item: Actie, config: Config) -> dict[str, Any]:
    """One actie with the words of its newest versie."""
    base = config.adres.rstrip("/")
    return {
        "id": item.id,
        "code": item.code,
        "nummer": item.nummer,
        "kenmerk": item.kenmerk,
        "soort": item.soort,
        "type": item.type,
        "niveau": item.niveau,
        "fase": item.fase,
        "versie": item.versie,
        "url": f"{base}/api/v1/acties/{item.id}",
        "paginaUrl": f"{base}/a/{item.code}",
        "titel": item.titel,
        "bericht": item.bericht,
        "signalement": item.signalement,
        "laatstGezien": item.laatst_gezien,
        "persoon": {"leeftijd": item.persoon.leeftijd, "minderjarig": item.persoon.minderjarig},
        "gemeente": item.gemeente,
        "veiligheidsregio": item.veiligheidsregio,
        "gebied": {"gemeenten": list(item.gemeenten), "cirkel": _cirkel(item.cirkel)},
        "looptijdMinuten": item.looptijd_minuten,
        "oefening": item.oefening,
        "kanalen": None if item.kanalen is None else list(item.kanalen),
        "foto": foto(item.foto, config) if item.foto else None,
        "bron": item.bron,
        "gemaaktDoor": item.gemaakt_door,
        "goedgekeurdDoor": item.goedgekeurd_door,
        "gemaaktOp": iso(item.gemaakt_op),
        "vrijOp": iso(item.vrij_op),
        "gestartOp": iso(item.gestart_op),
        "eindigtOp": iso(item.eindigt_op),
        "beeindigdOp": iso(item.beeindigd_op),
        "reden": item.reden,
        "slottekst": item.slottekst,
    }


def foto(item: FotoInfo, config: Config) -> dict[str, Any]:
    """What is known of a photo, and its public address while the policy lets it be seen."""
    return {
        "id": item.id,
        "url": f"{config.adres.rstrip('/')}/f/{item.som}.jpg",
        "breedte": item.breedte,
        "hoogte": item.hoogte,
        "focusX": item.focus_x,
        "focusY": item.focus_y,
        "toestemmingSchriftelijk": item.toestemming_schriftelijk,
    }


def bezorging(item: Bezorging) -> dict[str, Any]:
    """One thing that must happen on a kanaal."""
    return {
        "id": item.id,
        "kanaal": item.kanaal,
        "doel": item.doel,
        "versie": item.versie,
        "soort": item.soort,
        "doet": item.doet,
        "staat": item.staat,
        "pogingen": item.pogingen,
        "berichtUrl": item.bericht_url or None,
        "gemaaktOp": iso(item.gemaakt_op),
        "gestartOp": iso(item.gestart_op),
        "bevestigdOp": iso(item.bevestigd_op),
        "bewijs": item.bewijs or None,
        "fout": item.fout or None,
    }


def bewijs(item: Bewijs) -> dict[str, Any]:
    """The intrekkingsbewijs."""
    return {
        "actieId": item.actie_id,
        "kenmerk": item.kenmerk,
        "fase": item.fase,
        "ingetrokkenOp": iso(item.ingetrokken_op),
        "opgemaaktOp": iso(item.opgemaakt_op),
        "compleet": item.compleet,
        "plaatsen": [_plaats(plaats) for plaats in item.plaatsen],
        "buitenBereik": list(item.buiten_bereik),
        "tijdTotDonker": {
            **_duur(item.tot_donker.alle),
            "perSoort": {soort: _duur(duur) for soort, duur in sorted(item.tot_donker.per_soort.items())},
        },
    }


def _duur(item: Duur) -> dict[str, Any]:
    """Seconds."""
    return {"p50": item.p50, "p95": item.p95, "aantal": item.aantal}


def _plaats(item: Plaats) -> dict[str, Any]:
    return {
        "soort": item.soort,
        "naam": item.naam,
        "staat": item.staat,
        "verdwenenOp": iso(item.verdwenen_op),
        "bewijs": item.bewijs or None,
        "uiterlijk": iso(item.uiterlijk),
        "toelichting": item.toelichting or None,
    }


def voorbeeld(item: Voorbeeld) -> dict[str, Any]:
    """What one kanaal would get, or why it gets nothing."""
    draft = item.draft
    return {
        "kanaal": item.account.kanaal.naam,
        "netwerk": item.account.kanaal.netwerk,
        "reden": item.reden or None,
        "tekst": draft.tekst if draft else None,
        "alt": draft.alt if draft else None,
        "beeld": (draft.beeld or None) if draft else None,
        "metFoto": bool(draft and draft.met_foto),
        "fotoRegel": item.foto_regel,
        "teller": draft.teller if draft else None,
        "maximum": draft.maximum if draft else None,
    }


def kanaal(item: Kanaal, registry: Registry, settings: Mapping[str, str]) -> dict[str, Any]:
    """A kanaal; of secret settings only their names."""
    secret = {s.naam for s in registry.settings(item.netwerk) if s.geheim}
    return {
        "naam": item.naam,
        "netwerk": item.netwerk,
        "instellingen": {name: value for name, value in settings.items() if name not in secret},
        "geheimenIngevuld": sorted(secret & settings.keys()),
        "gemeenten": list(item.gebied),
        "types": list(item.types),
        "niveaus": list(item.niveaus),
        "foto": item.foto,
        "echt": item.echt,
        "aan": item.aan,
        "automatisch": item.automatisch,
        "vastgelegd": item.vastgelegd,
        "stilte": item.stilte or None,
        "verbondenAls": item.controle.account or None,
        "gecontroleerdOp": iso(item.controle.op),
        "sleutelGeldigTot": iso(item.controle.geldig_tot),
        "mist": item.controle.mist or None,
        "waarschuwing": item.waarschuwing or None,
        "gepauzeerd": item.gepauzeerd or None,
        "gestopt": item.rem.gestopt or None,
        "laatsteSuccesOp": iso(item.laatste_succes),
        "laatsteFout": item.laatste_fout or None,
        "laatsteFoutOp": iso(item.laatste_fout_op),
    }


def scherm(item: Scherm) -> dict[str, Any]:
    """A scherm; its address is shown once, when it is made or gets a new token."""
    return {
        "id": item.id,
        "naam": item.naam,
        "gemeente": item.gemeente,
        "punt": {"lat": item.punt[0], "lon": item.punt[1]} if item.punt else None,
        "breedte": item.breedte,
        "hoogte": item.hoogte,
        "soort": item.soort,
        "beheerder": item.beheerder,
        "echt": item.echt,
        "aan": item.aan,
        "vastgelegd": item.vastgelegd,
        "thema": item.thema,
        "tweetalig": item.tweetalig,
        "gemaaktOp": iso(item.gemaakt_op),
        "laatstGezienOp": iso(item.laatst_gezien),
    }


def formaten(renderer: Renderer, keuringen: Mapping[str, Keuring]) -> list[dict[str, Any]]:
    """The poster formats there are: whether a poster in it has a QR, and why one of this actie may not leave."""
    return [
        {
            "formaat": naam,
            "breedte": breedte,
            "hoogte": hoogte,
            "qr": renderer.about(naam).qr,
            "bezwaren": keuringen[naam].bezwaren,
        }
        for naam, (breedte, hoogte) in sorted(renderer.formats().items())
    ]


def _cirkel(cirkel: Cirkel | None) -> dict[str, Any] | None:
    if cirkel is None:
        return None
    return {"lat": cirkel.lat, "lon": cirkel.lon, "straalMeters": cirkel.straal_meters}
