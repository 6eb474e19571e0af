"""Everything a poster says, in Dutch, decided before anything is drawn.

A closing poster is made from the closing text alone and an idle poster from nothing: no field of the person
can reach the drawing code, because the drawing code only knows `Inhoud`.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.content import BEL_LATER, BEL_NU, ActieView, Link, PosterRequest, Stand, Thema
from renderers import ladder
from renderers.fonts import Fonts
from renderers.text import NBSP, glue, glue_headline

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

ENGELS = {
    "vermist-persoon": "Missing person",
    "verdachte-situatie": "Suspicious situation",
    "geweldsmisdrijf": "Violent crime",
    "straatroof": "Street robbery",
    "diefstal-voertuig": "Stolen vehicle",
    "woninginbraak": "Burglary",
    "overval": "Robbery",
    "diefstal-overig": "Theft",
    "winkeldiefstal": "Shoplifting",
    "zedenmisdrijf": "Witnesses wanted",
    "verlaten-plaats-ongeval": "Hit and run",
    "overig": "Please look out",
    "Nu gezien?": "Seen now?",
    "Weet u meer?": "Do you know more?",
    "Ziet u iets verdachts?": "Anything suspicious?",
    f"Laatst{NBSP}gezien": f"Last{NBSP}seen",
    "Leeftijd": "Age",
}
"""The fixed words of a running actie for who reads no Dutch."""

BLIK_S = 6.0
"""One look lasts no longer, as the shortest slot of a scherm; label, headline and number are caught in it."""

SLOT_KOP = "Deze actie is afgelopen"
SLOT_KORT = "Afgelopen"
"""Fits everywhere: a poster never stays because its closing message is too long."""
SLOT_TEKST = "Bedankt dat u heeft meegekeken."
RUST_KOP = "Kijk mee in uw buurt"
RUST_TEKST = (
    "Is er iemand vermist bij u in de buurt? Dan ziet u het op dit scherm. Doe ook mee op uw telefoon: "
    "samen zien we meer."
)


@dataclass(frozen=True, slots=True)
class Inhoud:
    """The words and the mood of one poster.

    `koppen`, `signalementen` and `teksten` are ladders: the first that fits is drawn. `adres` is for who types; it is
    the same for every link. `kenteken`: the number plate to look for.
    """

    stand: Stand
    palet: str
    label: str
    toelichting: str
    sinds: str
    koppen: tuple[str, ...]
    feiten: tuple[tuple[str, str], ...]
    signalementen: tuple[str, ...]
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
    thema: Thema = "gewoon"
    kenteken: str = ""

    @property
    def kop(self) -> str:
        """The headline in full."""
        return self.koppen[0]

    @property
    def signalement(self) -> str:
        """What helps recognise someone, in full; empty where there is none."""
        return self.signalementen[0] if self.signalementen else ""


def inhoud(request: PosterRequest, fonts: Fonts, *, weg: bool = False, kijktijd_s: float = 60.0) -> Inhoud:
    """What the poster of this request says; every text holds only characters the fonts can draw.

    `weg`: for who drives past; `kijktijd_s`: seconds that a passer-by has.
    """
    return with_link(without_link(request, fonts, weg=weg, kijktijd_s=kijktijd_s), request.link)


def with_link(words: Inhoud, link: Link | None) -> Inhoud:
    """The same words with an address to scan; a closing message has none."""
    if link is None or words.stand == "slot":
        return words
    return replace(words, qr_url=link.url)


def without_link(request: PosterRequest, fonts: Fonts, *, weg: bool = False, kijktijd_s: float = 60.0) -> Inhoud:
    """What all links of one poster share."""
    words = replace(_said(request, fonts), thema=request.thema)
    if request.tweetalig:
        words = _english_too(words, request.actie)
    return _for_road(words) if weg else _in_time(words, kijktijd_s)


def _said(request: PosterRequest, fonts: Fonts) -> Inhoud:

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
        koppen=tuple(map(glue_headline, ladder.koppen(clean.titel, _kern(actie, toelichting, clean.plaats)))),
        feiten=_feiten(actie, clean),
        signalementen=ladder.trekken(clean.signalement),
        teksten=ladder.zinnen(clean.bericht.removesuffix(clean.signalement).strip()),
        vraag=vraag,
        bel=glue(bel),
        waarschuwing="Ga er niet zelf op af." if actie.type in BENADER_NIET else "",
        qr_url="",
        qr_tekst="Scan voor de laatste stand",
        adres=actie.pagina_url.partition("://")[2],
        afzender=afzender,
        oefening=actie.oefening,
        voorbeeld=request.voorbeeld or actie.voorbeeld,
        alt=_alt(label, toelichting, clean, f"{vraag} {bel}", actie),
        versie=f"{actie.id}/{actie.versie}",
        kenteken="" if actie.over_persoon else ladder.kenteken(clean.titel, clean.signalement, clean.bericht),
    )


def _slot(actie: ActieView, tekst: str, afzender: str, voorbeeld: bool) -> Inhoud:
    kop, rest = _kop_en_rest(tekst)
    return Inhoud(
        stand="slot",
        palet="slot",
        label="AFGELOPEN",
        toelichting="",
        sinds="",
        koppen=tuple(dict.fromkeys((glue_headline(kop), SLOT_KOP, SLOT_KORT))),
        feiten=(),
        signalementen=(),
        teksten=ladder.zinnen(rest),
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
        koppen=(glue_headline(RUST_KOP),),
        feiten=(),
        signalementen=(),
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


def _kern(actie: ActieView, toelichting: str, plaats: str) -> str:
    """The facts that every actie has, as the shortest headline."""
    if not actie.over_persoon:
        what = toelichting if toelichting[-1] != "?" else "Let op"
    elif actie.leeftijd is None:
        what = "Kind vermist" if actie.minderjarig else "Persoon vermist"
    else:
        what = f"{'Kind' if actie.minderjarig else 'Persoon'} van {actie.leeftijd} vermist"
    return f"{what} in {plaats}" if plaats and len(f"{what} in {plaats}") <= ladder.STAPPEN[-1] else what


def _for_road(words: Inhoud) -> Inhoud:
    """At most seven words and nothing to remember: no number, no address, no details (CROW, Reclame langs wegen)."""
    if words.stand != "actief":
        return replace(words, teksten=())
    titel, kern = (kop.replace(NBSP, " ") for kop in (words.kop, words.koppen[-1]))
    # A number plate is shown beside the headline and is a word to read; "LET OP" is one more than "VERMIST".
    above = len(words.label.split()) - 1
    koppen = ladder.weg(titel, kern, ladder.WEG_WOORDEN - above - bool(words.kenteken), words.kenteken)
    return replace(
        words,
        # Red belongs to the signs along a road.
        palet="zaak" if words.palet == "vermist" else words.palet,
        toelichting="",
        sinds="",
        koppen=tuple(map(glue_headline, koppen)),
        feiten=(),
        signalementen=(),
        teksten=(),
        vraag="",
        bel="",
        waarschuwing="",
    )


def _in_time(words: Inhoud, kijktijd_s: float) -> Inhoud:
    """No more text than can be read in passing: first the story gives way, then traits of the description.

    A headline too long for one look gives way to a shorter one.
    """
    blik = woorden_in(min(kijktijd_s, BLIK_S)) - len(f"{words.label} {words.bel}".split())
    words = replace(words, koppen=ladder.binnen(words.koppen, blik) or words.koppen[-1:])
    fixed = (words.label, words.toelichting, words.sinds, words.kop, words.vraag, words.bel)
    left = woorden_in(kijktijd_s) - sum(len(text.split()) for text in fixed)
    left -= sum(len(f"{name} {value}".split()) for name, value in words.feiten)
    signalementen = ladder.binnen(words.signalementen, left) or words.signalementen[-1:]
    left -= len(signalementen[0].split()) if signalementen else 0
    return replace(words, signalementen=signalementen, teksten=ladder.binnen(words.teksten, left))


def woorden_in(kijktijd_s: float) -> int:
    """Words that are read in so many seconds: three in each, a little less than people read on paper."""
    return round(3 * kijktijd_s)


def _english_too(words: Inhoud, actie: ActieView | None) -> Inhoud:
    """The fixed words in English beside the Dutch; what the meldkamer wrote stays as it is."""
    if actie is None or words.stand != "actief":
        return words
    return replace(
        words,
        toelichting=ENGELS.get(actie.type, ENGELS["overig"]),
        vraag=f"{words.vraag} {ENGELS[words.vraag]}",
        feiten=tuple((f"{name}{NBSP}/{NBSP}{ENGELS[name]}", value) for name, value in words.feiten),
        qr_tekst=f"{words.qr_tekst} · Scan for updates",
    )


def _closed(text: str) -> str:
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _alt(label: str, toelichting: str, clean: _Clean, bel: str, actie: ActieView) -> str:
    parts = [
        "Oefening." if actie.oefening else "",
        f"{label.capitalize()}: {toelichting[0].lower()}{toelichting[1:]}."
        if toelichting[-1] != "?"
        else f"{label.capitalize()}.",
        _closed(clean.titel),
        _closed(clean.signalement),
        _closed(f"Laatst gezien: {clean.laatst_gezien}") if clean.laatst_gezien else "",
        _closed(bel),
        f"De laatste stand: {actie.pagina_url.partition('://')[2]}." if actie.pagina_url else "",
    ]
    return " ".join(part for part in parts if part)
