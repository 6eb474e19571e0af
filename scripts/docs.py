"""Write the documents that follow from the code: docs/bezorging.md, docs/kanalen.md and docs/beleid.md.

What stands in them comes out of the tables themselves; tests/architecture/test_docs.py fails when they differ.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from hub.acties.rules import BELEID, BESLUITEN
from hub.content import ABILITIES, Channel, Timeouts, moderaties
from hub.delivery.rules import OVERGANGEN, SOORTEN, STATEN, VOORRANG
from hub.kanalen.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TRAFFIC = ROOT / "tests" / "traffic"
GEMAAKT = "<!-- Gemaakt door scripts/docs.py; verander de code en draai het script opnieuw. -->\n"

STAAT_UITLEG: Mapping[str, str] = {
    "wachtrij": "Moet nog gebeuren, nu of op een later tijdstip.",
    "geclaimd": "Een worker maakt het klaar. Er is nog niets verstuurd.",
    "verzenden": "De bedoeling is vastgelegd; de aanroep van het netwerk is bezig.",
    "verzonden": "Het netwerk heeft het bevestigd, of een mens heeft het bevestigd.",
    "onbekend": "Het bericht kan er staan. De hub zoekt het op en verstuurt niet opnieuw.",
    "mislukt": "Het netwerk wil deze inhoud niet. Het bericht staat er zeker niet.",
    "vervallen": "Niet meer nodig of niet meer toegestaan. Er is niets verstuurd, of het bericht is er niet gekomen.",
    "taak": "Een mens moet iets doen en dat bevestigen.",
    "geparkeerd": "De hub viel om terwijl juist deze aan de beurt was, telkens weer. Een mens kijkt ernaar.",
}
EVENT_UITLEG: Mapping[str, str] = {
    "claimen": "een worker pakt de bezorging op",
    "vervallen": "de actie is voorbij, het kanaal staat uit, of de reden is weg",
    "versturen": "alles is klaar en mag nog; dit wordt vastgelegd vóór de aanroep",
    "handwerk": "dit netwerk kan dit niet zelf",
    "wachten": "klaarmaken lukte nog niet, of het kanaal wacht op een mens",
    "worker-weg": "de hub stopte hard; dit gebeurt bij de volgende start",
    "gif": "de hub stopte te vaak hard terwijl juist deze werd klaargemaakt",
    "bevestigd": "het netwerk zegt dat het gelukt is",
    "niet-nu": "zeker niet geplaatst; later nog eens (`NotNow`)",
    "aandacht": "het account werkt niet tot een mens iets doet (`NeedsAttention`)",
    "geweigerd": "het netwerk wil deze inhoud niet (`Refused`)",
    "onduidelijk": "geen of een onleesbaar antwoord (`Unknown`, en elke andere fout)",
    "gevonden": "de hub vond het bericht terug op het netwerk",
    "opgegeven": "zoeken leverde niets op binnen de tijd die de instellingen geven",
    "staat-er": "een mens zegt: het staat er (of: het is gedaan)",
    "staat-er-niet": "een mens zegt: het staat er niet",
    "opnieuw": "een mens zegt: nog eens",
    "hervat": "deze wijziging verviel terwijl de actie op een mens wachtte; nu zij bevestigd is gaat ze alsnog",
    "herhalen": "niet gevonden, en het netwerk maakt van dezelfde sleutel geen tweede bericht",
    "twijfel": "een herhaling vervalt, maar de eerste poging kan er staan",
    "toch-weg": "het bericht werd geweigerd en is later door een mens toch geplaatst; nu moet het weg",
    "nog-te-zien": "het netwerk zei ja, maar bericht of bestand is nog te bereiken",
    "nog-eens": "gewijzigd, maar een oudere wijziging kan nog aankomen of kwam er laat overheen; daarom nog eens",
}
DOET_UITLEG: Mapping[str, str] = {
    "maakt": "een nieuw bericht. Gaat **hoogstens één keer** vanzelf de deur uit.",
    "wijzigt": "een bericht dat er al staat. Wordt **herhaald tot het bevestigd is**.",
}

VRAGEN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "uploaden": (
        "Mag deze foto worden bewaard?",
        ("niveau", "persoon", "schriftelijke toestemming"),
    ),
    "tonen": (
        "Mag het publiek de foto zien?",
        ("niveau", "persoon", "schriftelijke toestemming"),
    ),
    "kanaal-foto": ("Plaatst dit kanaal foto's?", ("instelling `foto` van het kanaal",)),
    "scherm-foto": ("Toont dit soort scherm foto's?", ("soort scherm",)),
    "scherm": ("Welke actie mag op welk soort scherm?", ("soort scherm", "actie")),
    "ontmoeten": ("Oefening en echt", ("actie", "kanaal of scherm", "deze hub")),
}
VERMOGENS: Mapping[str, str] = {
    "intrekken": "bericht verwijderen",
    "corrigeren": "bericht wijzigen waar het staat",
    "terugzoeken": "een onbekende uitkomst opzoeken",
    "herhalen": "dezelfde sleutel nog eens sturen zonder tweede bericht",
    "meten": "tellers van het netwerk ophalen",
    "reacties": "antwoorden van lezers tellen",
    "modereren": "antwoorden sluiten of verbergen",
    "gesprek": "een bot die antwoordt",
    "controleren": "elk uur nagaan of de sleutel nog werkt, zonder iets te plaatsen",
}
MODERATIE: Mapping[tuple[str, ...], str] = {
    ("sluiten", "verbergen"): "ja, allebei",
    ("sluiten",): "alleen sluiten",
    ("verbergen",): "alleen verbergen",
    (): "nee: op dit netwerk kunt u reacties niet sluiten of verbergen",
}
HERKOMST: Mapping[str, str] = {
    "opgenomen": "opgenomen bij een server",
    "beschrijving": "uit de beschrijving van het netwerk",
    "bedacht": "zelf bedacht",
}


def main() -> None:
    """Write every generated document."""
    for name, made in GENERATED.items():
        (DOCS / name).write_text(made(), encoding="utf-8")


def bezorging() -> str:
    """The states of a bezorging: a drawing and a table per promise."""
    order = sorted(VOORRANG.items(), key=lambda item: item[1])
    lines = [
        GEMAAKT,
        "# Bezorgingen\n",
        "Een bezorging is één ding dat op één kanaal moet gebeuren: " + ", ".join(SOORTEN) + ".",
        "Deze tekening komt uit de tabel in `hub/delivery/rules.py`. Wat er niet in staat, kan niet gebeuren.\n",
    ]
    for doet, uitleg in DOET_UITLEG.items():
        lines += [f"## Een bezorging die iets {doet}\n", f"Dit {doet} {uitleg}\n", *_drawing(doet), ""]
    lines += ["## De staten\n", *_table(("staat", "betekent"), ((f"`{s}`", STAAT_UITLEG[s]) for s in STATEN)), ""]
    events = dict.fromkeys(event for _, _, event in OVERGANGEN)
    lines += ["## De gebeurtenissen\n", *_table(("wat", "wanneer"), ((f"`{e}`", EVENT_UITLEG[e]) for e in events)), ""]
    lines += [
        "## Wie gaat voor?\n",
        "Het laagste getal gaat eerst. Een leeg vak geldt voor alle andere soorten acties.\n",
        *_table(("voorrang", "bezorging", "soort actie"), ((str(n), s, soort) for (s, soort), n in order)),
        "",
        "## Wachten op elkaar\n",
        "- Intrekken en corrigeren wachten tot bekend is waar het bericht staat. Kwam het bericht er nooit, dan",
        "  vervallen ze.",
        "- Intrekken wacht tot een wijziging die onderweg is, klaar is. Anders komt de oude foto na het wissen terug.",
        "- Moet een bericht weg, dan vervalt een wijziging ervan die nog wacht.",
        "- Het slotbericht wacht tot het intrekken op dat kanaal klaar is, en vervalt waar nooit iets te zien was.",
        "- Vlak voor elke aanroep vraagt de hub opnieuw: mag dit nog? Intrekken mag altijd, ook op een kanaal dat uit",
        "  staat.\n",
        "Waarom er twee beloften zijn staat in [besluit 0003](besluiten/0003-twee-beloften.md).",
    ]
    return _text(lines)


def kanalen() -> str:
    """What each netwerk can, what it lacks, what it asks, and how that was proven."""
    registry = Registry(ROOT / "channels")
    parts = [
        GEMAAKT,
        "# Kanalen\n",
        "Een netwerk is één bestand in `channels/`. Wat hieronder staat komt uit die bestanden. Een netwerk toevoegen:",
        "zie [kanaal-toevoegen](kanaal-toevoegen.md).\n",
        "Hoe iets is bewezen staat er eerlijk bij: *beproefd tegen een echte server* is het sterkst, dan *opgenomen",
        "bij een server*; *zelf bedacht* is het zwakst. Proefnet is het nagebootste netwerk van de demo, geen netwerk",
        "met lezers.\n",
    ]
    for naam in registry.names():
        kind = registry.load(naam)
        traffic: dict[str, Any] = json.loads((TRAFFIC / f"{naam}.json").read_text(encoding="utf-8"))
        parts += _netwerk(kind, traffic)
    return _text(parts)


def beleid() -> str:
    """The policy: one table per question."""
    lines = [
        GEMAAKT,
        "# Beleid: wat mag waar te zien zijn?\n",
        "Dit is de hele tabel uit `hub/acties/rules.py`. Wat er niet in staat, mag niet. Elke regel heeft een test.",
        "De code van de regel staat ook in het antwoord als de hub iets weigert.\n",
        "Wie jonger is dan 18 telt als minderjarig. Een vermiste persoon zonder leeftijd ook.\n",
    ]
    for vraag, (titel, kolommen) in VRAGEN.items():
        rows = [
            (*cel[1:], "ja" if BESLUITEN[code].mag else "**nee**", f"`{code}`")
            for cel, code in BELEID.items()
            if cel[0] == vraag
        ]
        lines += [f"## {titel}\n", *_table((*kolommen, "mag", "regel"), rows), ""]
    missing = {cel[0] for cel in BELEID} - VRAGEN.keys()
    if missing:
        raise KeyError(f"Geef deze vragen een titel in scripts/docs.py: {', '.join(sorted(missing))}.")
    lines += [
        "## De regels in woorden\n",
        *_table(("regel", "mag", "uitleg"), ((f"`{code}`", _ja(b.mag), b.uitleg) for code, b in BESLUITEN.items())),
        "",
        "Waarom een bericht standaard geen foto heeft staat in [besluit 0004](besluiten/0004-zonder-foto-tenzij.md).",
    ]
    return _text(lines)


def _drawing(doet: str) -> list[str]:
    """One mermaid state diagram; events between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (kind, van, event), naar in OVERGANGEN.items():
        if kind == doet:
            arrows[(van, naar)].append(event)
    begins = {van for van, _ in arrows}
    ends = dict.fromkeys(naar for _, naar in arrows if naar not in begins)
    return [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> wachtrij",
        *(f"    {van} --> {naar}: {' / '.join(events)}" for (van, naar), events in arrows.items()),
        *(f"    {staat} --> [*]" for staat in ends),
        "```",
    ]


def _netwerk(kind: type[Channel], traffic: Mapping[str, Any]) -> list[str]:
    """The section of one netwerk."""
    account = kind(traffic["instellingen"], Timeouts())
    by_hand = bool(getattr(kind, "handmatig", False))
    limits = account.limits
    abilities = [(VERMOGENS[naam], _ability(account, naam, by_hand)) for naam in ABILITIES]
    if "intrekken" in account.can():
        reads_back = "weg" in traffic["uitwisselingen"]
        abilities.insert(1, ("na het verwijderen nakijken of het weg is", _ja(reads_back)))
    return [
        f"## {kind.titel}\n",
        f"`channels/{kind.naam}.py`. " + _intro(kind) + "\n",
        *_table(("kan dit netwerk", ""), [("bericht plaatsen", "door een mens" if by_hand else "ja"), *abilities]),
        "",
        *_table(
            ("grens", ""),
            [
                ("tekst", f"{limits.max_text} (telwijze `{limits.counter}`)"),
                ("tekst bij een beeld", str(limits.max_text_with_image)),
                ("beeld", f"ja, tot {limits.image_max_bytes / 1_000_000:g} MB" if limits.images else "nee"),
                ("foto van een persoon in het beeld", "waar het beleid dat toelaat" if limits.foto else "nooit"),
                ("beschrijving van het beeld", str(limits.alt_max) if limits.alt_max else "kent dit netwerk niet"),
            ],
        ),
        "",
        *_table(
            ("instelling", "wat het is", "verplicht", "geheim", "standaard"),
            [
                (
                    f"`{s.naam}`",
                    f"{s.titel}. {s.help}",
                    _ja(s.verplicht),
                    _ja(s.geheim),
                    f"`{s.standaard}`" if s.standaard else "",
                )
                for s in kind.SETTINGS
            ],
        ),
        "",
        f"**Hoe bewezen:** {_proof(traffic)}\n",
    ]


def _intro(kind: type[Channel]) -> str:
    """Whether anyone reads here, and who does the work."""
    if getattr(kind, "handmatig", False):
        return (
            "Een mens plaatst het bericht en vinkt de taak af; zo staat ook dit kanaal in het bewijs. Met een QR-code "
            "op de pagina Taken gaat dat vanaf de telefoon: [beveiliging](beveiliging.md#een-taak-op-de-telefoon). "
            "Verandert de tekst, dan is er één taak, met de nieuwste woorden en de link naar het bericht dat er staat."
        )
    return "De hub plaatst en verwijdert zelf."


def _ability(account: Channel, naam: str, by_hand: bool) -> str:
    if by_hand and naam in ("intrekken", "corrigeren"):
        return "door een mens, als taak"
    if naam == "modereren" and not by_hand:
        return MODERATIE[moderaties(account)]
    return _ja(isinstance(account, ABILITIES[naam]) and naam in account.can())


def _proof(traffic: Mapping[str, Any]) -> str:
    exchanges = [item["herkomst"] for group in traffic["uitwisselingen"].values() for item in group]
    faults = [fault["herkomst"] for fault in traffic["storingen"].values()]
    if not exchanges:
        return "er is geen verkeer; de contracttests laten zien dat de hub hier nooit zelf iets verstuurt."
    said = [_counted("uitwisselingen", exchanges), _counted("storingen", faults)]
    if servers := traffic.get("echteServers"):
        said.append(f"beproefd tegen een echte server: {servers} ([tegen echte servers](tegen-echte-servers.md))")
    return "; ".join(said) + "."


def _counted(what: str, origins: list[str]) -> str:
    counts = Counter(origins)
    return f"{len(origins)} {what}, waarvan " + ", ".join(
        f"{counts[key]} {titel}" for key, titel in HERKOMST.items() if counts[key]
    )


def _ja(waar: bool) -> str:
    return "ja" if waar else "nee"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [_row(head), "|" + "---|" * len(head), *(_row(row) for row in rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _text(lines: list[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


GENERATED: Mapping[str, Callable[[], str]] = {
    "bezorging.md": bezorging,
    "kanalen.md": kanalen,
    "beleid.md": beleid,
}
"""Each generated document and what makes it."""

if __name__ == "__main__":
    main()
