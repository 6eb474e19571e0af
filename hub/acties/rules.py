"""What may happen to an actie and what may be seen where: the table of phases and the policy table.

Pure: no clock, no database. The policy is one table, `BELEID`, from a question and its circumstances to a
regel; a combination that is not in it is refused. `validate` (the faults in what was filled in) is offered
here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.acties.model import FASEN, Persoon
from hub.acties.validation import validate, warnings

__all__ = [
    "BELEID",
    "BESLUITEN",
    "OVERGANGEN",
    "Besluit",
    "NietMogelijk",
    "foto_op_kanaal",
    "foto_op_pagina",
    "foto_op_scherm",
    "foto_uploaden",
    "is_minderjarig",
    "next_fase",
    "ontmoet",
    "scherm_mag",
    "validate",
    "warnings",
]

# -- phases ----------------------------------------------------------------------------------------
OVERGANGEN: Mapping[tuple[str, str], str] = {
    ("concept", "vragen"): "wacht-op-goedkeuring",
    ("concept", "vrijgeven"): "actief",
    ("wacht-op-goedkeuring", "vrijgeven"): "actief",
    # After a restore what ran waits for a person, and its looptijd goes on.
    ("wacht-op-goedkeuring", "verlopen"): "afgesloten",
    ("actief", "afsluiten"): "afgesloten",
    ("actief", "verlopen"): "afgesloten",
    ("concept", "intrekken"): "ingetrokken",
    ("wacht-op-goedkeuring", "intrekken"): "ingetrokken",
    ("actief", "intrekken"): "ingetrokken",
    # What ran out can still be wrong, and a second press on the button must never answer "no".
    ("afgesloten", "intrekken"): "ingetrokken",
    ("ingetrokken", "intrekken"): "ingetrokken",
}
"""The whole life of an actie. What is not in it cannot happen."""

_WERKWOORDEN: Mapping[str, str] = {
    "vragen": "ter goedkeuring worden aangeboden",
    "vrijgeven": "worden gepubliceerd",
    "afsluiten": "worden afgesloten",
    "verlopen": "verlopen",
    "intrekken": "worden ingetrokken",
}


class NietMogelijk(Exception):
    """This cannot happen to an actie in this phase; the message is a Dutch sentence for the user."""


def next_fase(fase: str, event: str) -> str:
    """The phase after `event`; raises NietMogelijk for a pair that is not in the table."""
    try:
        return OVERGANGEN[(fase, event)]
    except KeyError:
        naam, werkwoord = FASEN.get(fase, fase).lower(), _WERKWOORDEN.get(event, event)
        raise NietMogelijk(f"Deze actie heeft de fase ‘{naam}’ en kan nu niet {werkwoord}.") from None


# -- policy ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Besluit:
    """Whether something may, the code of the rule that decided, and that rule as a Dutch sentence."""

    mag: bool
    regel: str
    uitleg: str


BESLUITEN: Mapping[str, Besluit] = {
    besluit.regel: besluit
    for besluit in (
        Besluit(True, "foto-bewaren", "De foto wordt bewaard en getoond waar dat mag."),
        Besluit(
            True,
            "foto-bewaren-zonder-toestemming",
            "De foto wordt bewaard, maar nergens getoond zolang er geen schriftelijke toestemming is.",
        ),
        Besluit(
            False,
            "foto-minderjarig-lokaal",
            "Bij een lokale actie over een minderjarige mag geen foto. "
            "Zonder leeftijd telt een vermiste persoon als minderjarig.",
        ),
        Besluit(False, "foto-zonder-toestemming", "Zonder schriftelijke toestemming wordt de foto niet getoond."),
        Besluit(True, "foto-met-toestemming", "Er is schriftelijke toestemming; de foto mag worden getoond."),
        Besluit(
            False,
            "foto-kanaal-uit",
            "Dit kanaal plaatst geen foto's. Het bericht krijgt de poster zonder foto.",
        ),
        Besluit(False, "foto-niet-langs-de-weg", "Langs de weg staat nooit een foto: die leidt bestuurders af."),
        Besluit(True, "scherm-vermissing", "Een vermissing mag op dit scherm."),
        Besluit(True, "scherm-alle-types", "Dit scherm toont alle soorten acties."),
        Besluit(
            False,
            "scherm-alleen-vermissingen",
            "Schermen langs de weg en in het openbaar vervoer tonen alleen vermissingen, nooit verdachten.",
        ),
        Besluit(True, "oefening-op-oefenplek", "Een oefening mag naar oefenkanalen en oefenschermen."),
        Besluit(False, "oefening-nooit-echt", "Een oefening gaat nooit naar een echt kanaal of scherm."),
        Besluit(True, "echt-op-echte-plek", "Een echte actie mag naar echte kanalen en schermen."),
        Besluit(False, "echt-niet-op-oefenplek", "Een echte actie gaat niet naar een oefenkanaal of oefenscherm."),
        Besluit(True, "voorbeeld-op-oefenplek", "Deze hub is een voorbeeld: acties gaan alleen naar oefenplekken."),
        Besluit(
            False,
            "voorbeeld-nooit-echt",
            "Vul eerst organisatie, contact en kort domein in; tot dan is geen enkel kanaal of scherm echt.",
        ),
        Besluit(False, "onbekend", "Voor deze combinatie bestaat geen regel; daarom mag het niet."),
    )
}
"""Every rule by its code."""

BELEID: Mapping[tuple[str, ...], str] = {
    # Storing a photo: niveau, person, written consent.
    ("uploaden", "lokaal", "minderjarig", "nee"): "foto-minderjarig-lokaal",
    ("uploaden", "lokaal", "minderjarig", "ja"): "foto-minderjarig-lokaal",
    ("uploaden", "lokaal", "volwassen", "nee"): "foto-bewaren-zonder-toestemming",
    ("uploaden", "lokaal", "volwassen", "ja"): "foto-bewaren",
    ("uploaden", "regionaal", "minderjarig", "nee"): "foto-bewaren-zonder-toestemming",
    ("uploaden", "regionaal", "minderjarig", "ja"): "foto-bewaren",
    ("uploaden", "regionaal", "volwassen", "nee"): "foto-bewaren-zonder-toestemming",
    ("uploaden", "regionaal", "volwassen", "ja"): "foto-bewaren",
    ("uploaden", "landelijk", "minderjarig", "nee"): "foto-bewaren-zonder-toestemming",
    ("uploaden", "landelijk", "minderjarig", "ja"): "foto-bewaren",
    ("uploaden", "landelijk", "volwassen", "nee"): "foto-bewaren-zonder-toestemming",
    ("uploaden", "landelijk", "volwassen", "ja"): "foto-bewaren",
    # Showing a photo to the public, anywhere: niveau, person, written consent.
    ("tonen", "lokaal", "minderjarig", "nee"): "foto-minderjarig-lokaal",
    ("tonen", "lokaal", "minderjarig", "ja"): "foto-minderjarig-lokaal",
    ("tonen", "lokaal", "volwassen", "nee"): "foto-zonder-toestemming",
    ("tonen", "lokaal", "volwassen", "ja"): "foto-met-toestemming",
    ("tonen", "regionaal", "minderjarig", "nee"): "foto-zonder-toestemming",
    ("tonen", "regionaal", "minderjarig", "ja"): "foto-met-toestemming",
    ("tonen", "regionaal", "volwassen", "nee"): "foto-zonder-toestemming",
    ("tonen", "regionaal", "volwassen", "ja"): "foto-met-toestemming",
    ("tonen", "landelijk", "minderjarig", "nee"): "foto-zonder-toestemming",
    ("tonen", "landelijk", "minderjarig", "ja"): "foto-met-toestemming",
    ("tonen", "landelijk", "volwassen", "nee"): "foto-zonder-toestemming",
    ("tonen", "landelijk", "volwassen", "ja"): "foto-met-toestemming",
    # Does the kanaal place photos, does this kind of scherm show them.
    ("kanaal-foto", "nee"): "foto-kanaal-uit",
    ("kanaal-foto", "ja"): "foto-met-toestemming",
    ("scherm-foto", "station"): "foto-met-toestemming",
    ("scherm-foto", "abri"): "foto-met-toestemming",
    ("scherm-foto", "weg"): "foto-niet-langs-de-weg",
    ("scherm-foto", "strip"): "foto-met-toestemming",
    ("scherm-foto", "web"): "foto-met-toestemming",
    # Which actie may stand on which kind of scherm.
    ("scherm", "station", "vermissing"): "scherm-alle-types",
    ("scherm", "station", "anders"): "scherm-alle-types",
    ("scherm", "abri", "vermissing"): "scherm-alle-types",
    ("scherm", "abri", "anders"): "scherm-alle-types",
    ("scherm", "weg", "vermissing"): "scherm-vermissing",
    ("scherm", "weg", "anders"): "scherm-alleen-vermissingen",
    ("scherm", "strip", "vermissing"): "scherm-vermissing",
    ("scherm", "strip", "anders"): "scherm-alleen-vermissingen",
    ("scherm", "web", "vermissing"): "scherm-alle-types",
    ("scherm", "web", "anders"): "scherm-alle-types",
    # Exercises and live places: the actie, the kanaal or scherm, the hub.
    ("ontmoeten", "oefening", "echt", "ingericht"): "oefening-nooit-echt",
    ("ontmoeten", "oefening", "echt", "voorbeeld"): "oefening-nooit-echt",
    ("ontmoeten", "oefening", "proef", "ingericht"): "oefening-op-oefenplek",
    ("ontmoeten", "oefening", "proef", "voorbeeld"): "oefening-op-oefenplek",
    ("ontmoeten", "menens", "echt", "ingericht"): "echt-op-echte-plek",
    ("ontmoeten", "menens", "echt", "voorbeeld"): "voorbeeld-nooit-echt",
    ("ontmoeten", "menens", "proef", "ingericht"): "echt-niet-op-oefenplek",
    ("ontmoeten", "menens", "proef", "voorbeeld"): "voorbeeld-op-oefenplek",
}
"""The policy: one row per combination, so that each can be read, questioned and tested by itself."""


def is_minderjarig(type: str, persoon: Persoon) -> bool:
    """Whether the rules for minors apply: under 18, said to be so, or missing and of unknown age.

    Where age and tick contradict each other the child is protected.
    """
    if persoon.leeftijd is None:
        return type == "vermist-persoon" or persoon.minderjarig is True
    return persoon.leeftijd < 18 or persoon.minderjarig is True


def foto_uploaden(*, niveau: str, type: str, minderjarig: bool, toestemming: bool) -> Besluit:
    """Whether a photo may be stored with this actie. `type` is there so that all questions look alike."""
    return _besluit("uploaden", niveau, _leeftijd(minderjarig), _ja(toestemming))


def foto_op_pagina(*, niveau: str, type: str, minderjarig: bool, toestemming: bool) -> Besluit:
    """Whether the public page, the feeds and the photo's own address may show the photo."""
    return _besluit("tonen", niveau, _leeftijd(minderjarig), _ja(toestemming))


def foto_op_kanaal(*, niveau: str, type: str, minderjarig: bool, toestemming: bool, kanaal_foto: bool) -> Besluit:
    """Whether a post on a kanaal carries the photo; if not, it carries the poster without photo."""
    tonen = foto_op_pagina(niveau=niveau, type=type, minderjarig=minderjarig, toestemming=toestemming)
    return _besluit("kanaal-foto", _ja(kanaal_foto)) if tonen.mag else tonen


def foto_op_scherm(*, niveau: str, type: str, minderjarig: bool, toestemming: bool, scherm_soort: str) -> Besluit:
    """Whether the poster on this kind of scherm carries the photo."""
    scherm = scherm_mag(type=type, scherm_soort=scherm_soort)
    if not scherm.mag:
        return scherm
    tonen = foto_op_pagina(niveau=niveau, type=type, minderjarig=minderjarig, toestemming=toestemming)
    return _besluit("scherm-foto", scherm_soort) if tonen.mag else tonen


def scherm_mag(*, type: str, scherm_soort: str) -> Besluit:
    """Whether an actie of this type may stand on this kind of scherm at all."""
    return _besluit("scherm", scherm_soort, "vermissing" if type == "vermist-persoon" else "anders")


def ontmoet(*, oefening: bool, echt: bool, voorbeeld: bool) -> Besluit:
    """Whether an actie and a kanaal or scherm may meet. `voorbeeld`: this hub is not set up yet."""
    actie, plek = "oefening" if oefening else "menens", "echt" if echt else "proef"
    return _besluit("ontmoeten", actie, plek, "voorbeeld" if voorbeeld else "ingericht")


def _besluit(*cel: str) -> Besluit:
    return BESLUITEN[BELEID.get(cel, "onbekend")]


def _leeftijd(minderjarig: bool) -> str:
    return "minderjarig" if minderjarig else "volwassen"


def _ja(waar: bool) -> str:
    return "ja" if waar else "nee"
