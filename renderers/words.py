"""Everything a poster says, in Dutch, decided before anything is drawn.

A closing poster is made from the closing text alone and an idle poster from nothing: no field of the person
can reach the drawing code, because the drawing code only knows `Inhoud`.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.content import BEL_LATER, BEL_NU, ActieView, Link, PosterRequest, Stand
from renderers.fonts import Fonts
from renderers.text import glue, glue_headline

ZONE = ZoneInfo("Europe/Amsterdam")
MAANDEN = "januari februari maart april mei juni juli augustus september oktober november december".split()

SOORTEN: dict[str, tuple[str, str]] = {
    "vermist-persoon": ("VERMIST", "Kijkt u mee?"),
    "verdachte-situatie": ("LET OP", "Verdachte situatie"),
    "geweldsmisdrijf": ("GEZOCHT", "Na een geweldsmisdrijf"),
    "straatroof": ("GEZOCHT", "Na een straatroof"),
    "diefstal-voertuig": ("GEZOCHT", "Gestolen voertuig"),
    "woninginbraak": ("GEZOCHT", "Na een woninginbraak"),
    "overval": ("GEZOCHT", "Na een overval"),
    "diefstal-overig": ("GEZOCHT", "Na een diefstal"),
    "winkeldiefstal": ("GEZOCHT", "Na een winkeldiefstal"),
    "zedenmisdrijf": ("GEZOCHT", "Getuigen van een misdrijf"),
    "verlaten-plaats-ongeval": ("GEZOCHT", "Doorgereden na een ongeval"),
    "overig": ("LET OP", "Kijkt u mee?"),
}
"""Per type: the one word on top and what it is about."""

BENADER_NIET = frozenset(SOORTEN) - {"vermist-persoon", "zedenmisdrijf", "overig"}
"""Types where a reader might be tempted to step in."""

SLOT_KOP = "Deze actie is afgelopen"
SLOT_TEKST = "Bedankt dat u heeft meegekeken."
RUST_KOP = "Kijk mee in uw buurt"
RUST_TEKST = (
    "Is er iemand vermist bij u in de buurt? Dan ziet u het op dit scherm. Doe ook mee op uw telefoon: "
    "samen zien we meer."
)


@dataclass(frozen=True, slots=True)
class Inhoud:
    """The words and the mood of one poster. `teksten` is a ladder: the first that fits is drawn."""

    stand: Stand
    palet: str
    label: str
    toelichting: str
    sinds: str
    kop: str
    feiten: tuple[tuple[str, str], ...]
    signalement: str
    teksten: tuple[str, ...]
    vraag: str
    bel: str
    waarschuwing: str
    qr_url: str
    qr_tekst: str
    adres: str
    afzender: str
    oefening: bool
    voorbeeld: bool
    alt: str
    versie: str = ""


def inhoud(request: PosterRequest, fonts: Fonts) -> Inhoud:
    """What the poster of this request says; every text holds only characters the fonts can draw."""
    return with_link(without_link(request, fonts), request.link)


def with_link(words: Inhoud, link: Link | None) -> Inhoud:
    """The same words with an address to scan and to type over; a closing message has none."""
    if link is None or words.stand == "slot":
        return words
    adres = link.label or link.url.split("://", 1)[-1]
    alt = f"{words.alt} De laatste stand: {adres}." if words.stand == "actief" else words.alt
    return replace(words, qr_url=link.url, adres=adres, alt=alt)


def without_link(request: PosterRequest, fonts: Fonts) -> Inhoud:
    """What all links of one poster share."""

    def clean(text: str) -> str:
        return glue(fonts.drawable(text))

    actie = request.actie
    if actie is None:
        return _rust(request, clean(request.afzender))
    afzender = clean(request.afzender or actie.afzender)
    if actie.stand == "slot":
        return _slot(actie, clean(actie.slottekst), afzender, request.voorbeeld)
    return _actief(
        actie,
        request,
        afzender,
        _Clean(
            clean(actie.titel),
            clean(actie.bericht),
            clean(actie.signalement),
            clean(actie.laatst_gezien),
            clean(actie.plaats),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Clean:
    titel: str
    bericht: str
    signalement: str
    laatst_gezien: str
    plaats: str


def _actief(actie: ActieView, request: PosterRequest, afzender: str, clean: _Clean) -> Inhoud:
    label, toelichting = SOORTEN.get(actie.type, SOORTEN["overig"])
    vraag, bel = "Nu gezien?", f"Bel {BEL_NU}"
    palet = "vermist" if actie.over_persoon else "zaak"
    if actie.soort == "buurtonderzoek":
        vraag, bel = "Weet u meer?", f"Bel {BEL_LATER}"
    elif actie.soort == "preventie":
        label, toelichting, vraag, palet = "LET OP", "Wees alert", "Ziet u iets verdachts?", "hulp"
    return Inhoud(
        stand="actief",
        palet=palet,
        label=label,
        toelichting=toelichting,
        sinds=_sinds(actie, clean.plaats),
        kop=glue_headline(clean.titel),
        feiten=_feiten(actie, clean),
        signalement=clean.signalement,
        teksten=_ladder(clean.bericht.removesuffix(clean.signalement).strip()),
        vraag=vraag,
        bel=glue(bel),
        waarschuwing="Ga er niet zelf op af." if actie.type in BENADER_NIET else "",
        qr_url="",
        qr_tekst="Scan voor de laatste stand",
        adres="",
        afzender=afzender,
        oefening=actie.oefening,
        voorbeeld=request.voorbeeld or actie.voorbeeld,
        alt=_alt(label, toelichting, clean, f"{vraag} {bel}", actie.oefening),
        versie=f"{actie.id}/{actie.versie}",
    )


def _slot(actie: ActieView, tekst: str, afzender: str, voorbeeld: bool) -> Inhoud:
    kop, rest = _kop_en_rest(tekst)
    return Inhoud(
        stand="slot",
        palet="slot",
        label="AFGELOPEN",
        toelichting="",
        sinds="",
        kop=glue_headline(kop),
        feiten=(),
        signalement="",
        teksten=(rest,) if rest else (),
        vraag="",
        bel="",
        waarschuwing="",
        qr_url="",
        qr_tekst="",
        adres="",
        afzender=afzender,
        oefening=actie.oefening,
        voorbeeld=voorbeeld or actie.voorbeeld,
        alt=" ".join(part for part in ("Oefening." * actie.oefening, "Afgelopen.", _closed(kop), rest) if part),
    )


def _rust(request: PosterRequest, afzender: str) -> Inhoud:
    return Inhoud(
        stand="rust",
        palet="rust",
        label="",
        toelichting="",
        sinds="",
        kop=glue_headline(RUST_KOP),
        feiten=(),
        signalement="",
        teksten=(glue(RUST_TEKST), "Samen zien we meer."),
        vraag="",
        bel="",
        waarschuwing="",
        qr_url="",
        qr_tekst="Scan en doe mee",
        adres="",
        afzender=afzender,
        oefening=False,
        voorbeeld=request.voorbeeld,
        alt=f"{RUST_KOP}. {RUST_TEKST}",
    )


def _kop_en_rest(tekst: str) -> tuple[str, str]:
    """The closing text cut after its first sentence, if that is short enough for a headline."""
    if not tekst:
        return SLOT_KOP, SLOT_TEKST
    ends = [at for sign in ".!?" if (at := tekst.find(f"{sign} ")) > 0]
    first = tekst[: min(ends) + 1] if ends else tekst
    if len(first) > 90:
        return SLOT_KOP, tekst
    return first.removesuffix("."), tekst[len(first) :].strip()


def _sinds(actie: ActieView, plaats: str) -> str:
    """Since when and where; with the day when the actie may still hang there tomorrow."""
    if actie.gestart_op is None:
        return plaats
    start = actie.gestart_op.astimezone(ZONE)
    clock = f"{start:%H:%M}"
    if actie.eindigt_op is not None and actie.eindigt_op - actie.gestart_op > timedelta(hours=12):
        clock = f"{_day(start)} {clock}"
    return glue(f"sinds {clock}, {plaats}") if plaats else f"sinds {clock}"


def _day(at: datetime) -> str:
    return f"{at.day} {MAANDEN[at.month - 1]}"


def _feiten(actie: ActieView, clean: _Clean) -> tuple[tuple[str, str], ...]:
    rows = []
    if clean.laatst_gezien:
        rows.append(("Laatst\u00a0gezien", clean.laatst_gezien))
    # "Jongen van 9" says it already.
    told = re.search(rf"\b{actie.leeftijd}\b", clean.titel)
    if actie.over_persoon and actie.leeftijd is not None and not told:
        rows.append(("Leeftijd", glue(f"{actie.leeftijd} jaar")))
    return tuple(rows)


def _ladder(bericht: str) -> tuple[str, ...]:
    """The whole text, then without its last sentence, and so on down to the first."""
    ends = [found.end() for found in re.finditer(r"[.!?](?= [A-ZÀ-Þ])", bericht)]
    return tuple(bericht[:end] for end in (None, *reversed(ends))) if bericht else ()


def _closed(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _alt(label: str, toelichting: str, clean: _Clean, bel: str, oefening: bool) -> str:
    parts = [
        "Oefening." if oefening else "",
        f"{label.capitalize()}: {toelichting[0].lower()}{toelichting[1:]}."
        if toelichting[-1] != "?"
        else f"{label.capitalize()}.",
        _closed(clean.titel),
        _closed(clean.signalement),
        _closed(f"Laatst gezien: {clean.laatst_gezien}") if clean.laatst_gezien else "",
        _closed(bel),
    ]
    return " ".join(part for part in parts if part)
