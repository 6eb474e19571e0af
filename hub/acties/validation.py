"""Every fault in what was filled in for an actie, at once, under the field names of the API.

Pure. A fault stops the actie; a warning is shown and leaves the choice to a person.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from math import isfinite
from types import MappingProxyType
from typing import Protocol

from hub.acties import gemeenten as register
from hub.acties.gemeenten import Gemeente
from hub.acties.model import NIVEAUS, SOORTEN, TYPES, Invoer
from hub.acties.texts import clean, fault, private_patterns
from hub.content import Cirkel

MAX_LENGTH: Mapping[str, int] = MappingProxyType(
    {"kenmerk": 80, "titel": 120, "bericht": 2000, "signalement": 1000, "laatstGezien": 200}
)
REQUIRED = ("kenmerk", "titel", "bericht")
LOOPTIJD_MIN, LOOPTIJD_MAX = 5, 10_080
STRAAL_MIN, STRAAL_MAX = 100, 350_000
LEEFTIJD_MAX = 125
_KENMERK = re.compile(r"[\w][\w ./:()-]*")
_KANAAL = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")

Faults = list[tuple[str, str]]


class Register(Protocol):
    """What validation asks about gemeenten; the module `hub.acties.gemeenten` answers it."""

    def find(self, code: str, /) -> Gemeente | None: ...

    def successor(self, code: str, /) -> Gemeente | None: ...


def cleaned(invoer: Invoer) -> Invoer:
    """The same input without invisible characters, stray white space and codes that are named twice."""
    return replace(
        invoer,
        kenmerk=clean(invoer.kenmerk),
        titel=clean(invoer.titel),
        bericht=clean(invoer.bericht, lines=True),
        signalement=clean(invoer.signalement, lines=True),
        laatst_gezien=clean(invoer.laatst_gezien),
        gemeente=invoer.gemeente.strip(),
        gemeenten=tuple(dict.fromkeys(code.strip() for code in invoer.gemeenten)),
        kanalen=None if invoer.kanalen is None else tuple(dict.fromkeys(invoer.kanalen)),
    )


def validate(invoer: Invoer, gemeenten: Register = register, on: date | None = None) -> Faults:
    """All faults as (field, Dutch sentence). `on`: the day gemeenten must exist; None: those of today."""
    invoer = cleaned(invoer)
    return [
        *_texts(invoer),
        *_choices(invoer),
        *_person(invoer),
        *_place("gemeente", invoer.gemeente, gemeenten, on),
        *(f for code in invoer.gemeenten for f in _place("gebied.gemeenten", code, gemeenten, on)),
        *_circle(invoer.cirkel),
        *_duration(invoer),
        *_channels(invoer),
        *_kind(invoer),
    ]


def warnings(invoer: Invoer) -> Faults:
    """What may be private in the public texts, as (field, Dutch sentence); nothing is stopped by it."""
    invoer = cleaned(invoer)
    texts = (
        ("titel", invoer.titel),
        ("bericht", invoer.bericht),
        ("signalement", invoer.signalement),
        ("laatstGezien", invoer.laatst_gezien),
    )
    return [(field, sentence) for field, text in texts for sentence in private_patterns(text)]


def _texts(invoer: Invoer) -> Iterable[tuple[str, str]]:
    texts = {
        "kenmerk": invoer.kenmerk,
        "titel": invoer.titel,
        "bericht": invoer.bericht,
        "signalement": invoer.signalement,
        "laatstGezien": invoer.laatst_gezien,
    }
    for field, text in texts.items():
        if not text and field in REQUIRED:
            yield field, "Dit veld is leeg. Vul het in."
        if len(text) > MAX_LENGTH[field]:
            yield field, f"Deze tekst is {len(text)} tekens lang. Er passen er {MAX_LENGTH[field]}."
        if sentence := fault(text):
            yield field, sentence
    if invoer.kenmerk and not fault(invoer.kenmerk) and not _KENMERK.fullmatch(invoer.kenmerk):
        yield "kenmerk", "Gebruik alleen letters, cijfers, spaties en - . / : ( ) in een kenmerk."


def _choices(invoer: Invoer) -> Iterable[tuple[str, str]]:
    choices = (
        ("soort", invoer.soort, SOORTEN),
        ("type", invoer.type, TYPES),
        ("niveau", invoer.niveau, NIVEAUS),
    )
    for field, value, known in choices:
        if value not in known:
            yield field, f"Deze waarde bestaat niet. Kies uit: {', '.join(known)}."


def _person(invoer: Invoer) -> Iterable[tuple[str, str]]:
    leeftijd, minderjarig = invoer.persoon.leeftijd, invoer.persoon.minderjarig
    if leeftijd is None:
        return
    if not 0 <= leeftijd <= LEEFTIJD_MAX:
        yield "persoon.leeftijd", f"Een leeftijd ligt tussen 0 en {LEEFTIJD_MAX} jaar."
    elif minderjarig is not None and minderjarig != (leeftijd < 18):
        yield "persoon.minderjarig", f"Dit past niet bij een leeftijd van {leeftijd} jaar."


def _place(field: str, code: str, gemeenten: Register, on: date | None) -> Iterable[tuple[str, str]]:
    gemeente = gemeenten.find(code)
    if gemeente is None:
        yield field, f"{_quoted(code)} is geen gemeente. Een code ziet eruit als GM0344."
        return
    exists = gemeente.geldig_tot is None if on is None else gemeente.valid(on)
    if exists:
        return
    later = gemeenten.successor(code)
    if gemeente.geldig_tot is not None and later is not None and (on is None or on >= gemeente.geldig_tot):
        yield (
            field,
            f"{gemeente.naam} ({code}) bestaat niet meer sinds {gemeente.geldig_tot:%d-%m-%Y}. "
            f"Kies {later.naam} ({later.code}).",
        )
    else:
        yield field, f"{gemeente.naam} ({code}) bestaat op die dag niet."


def _circle(cirkel: Cirkel | None) -> Iterable[tuple[str, str]]:
    if cirkel is None:
        return
    if not (isfinite(cirkel.lat) and isfinite(cirkel.lon) and register.in_nederland(cirkel.lat, cirkel.lon)):
        yield (
            "gebied.cirkel",
            "Het midden van deze cirkel ligt niet in Nederland. Zijn lat en lon verwisseld?",
        )
    if not STRAAL_MIN <= cirkel.straal_meters <= STRAAL_MAX:
        yield "gebied.cirkel", f"De straal ligt tussen {STRAAL_MIN} en {STRAAL_MAX} meter."


def _duration(invoer: Invoer) -> Iterable[tuple[str, str]]:
    if not LOOPTIJD_MIN <= invoer.looptijd_minuten <= LOOPTIJD_MAX:
        yield (
            "looptijdMinuten",
            f"De looptijd ligt tussen {LOOPTIJD_MIN} en {LOOPTIJD_MAX} minuten (een week).",
        )


def _channels(invoer: Invoer) -> Iterable[tuple[str, str]]:
    for naam in invoer.kanalen or ():
        if not _KANAAL.fullmatch(naam):
            yield "kanalen", f"{_quoted(naam)} kan geen naam van een kanaal zijn."


def _kind(invoer: Invoer) -> Iterable[tuple[str, str]]:
    """What does not go with the soort: a preventiebericht is about a neighbourhood, not about a person."""
    if invoer.soort == "preventie":
        if invoer.niveau in NIVEAUS and invoer.niveau != "lokaal":
            yield "niveau", "Een preventiebericht is altijd lokaal."
        if invoer.type == "vermist-persoon":
            yield (
                "type",
                "Een preventiebericht gaat niet over een vermiste persoon. Start een tijdkritische actie.",
            )
        if invoer.persoon.leeftijd is not None:
            yield (
                "persoon.leeftijd",
                "Een preventiebericht gaat niet over een persoon. Laat de leeftijd leeg.",
            )
    if invoer.soort == "alarmering" and invoer.type in TYPES and invoer.type != "overig":
        yield "type", "Een alarmering valt buiten de twaalf types. Kies ‘overig’."


def _quoted(value: str) -> str:
    """A value from outside, short and without what could spoil the message that quotes it."""
    shown = "".join(c for c in clean(value) if c.isprintable())[:40]
    return f"‘{shown}’"
