"""The page a person in a browser gets instead of what was asked: plain words, and a way on.

Written here and not in a template, so that it stands when everything else is broken.
"""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup, escape

WOORDEN: Mapping[int, tuple[str, str]] = {
    400: ("Er klopt nog iets niet", "Ga terug, verbeter het en probeer het opnieuw."),
    403: ("Dit mag u niet", "Uw rol mag dit niet doen. Vraag het een collega die dat wel mag, of de beheerder."),
    404: (
        "Deze pagina is er niet",
        "Misschien is de link oud, of ging er iets mis bij het overtypen. Zoek verder bij de acties.",
    ),
    405: ("Zo werkt dit adres niet", "Ga terug en gebruik de knop op de pagina."),
    409: ("Dit kan nu niet", "Kijk eerst hoe het er nu voor staat."),
    413: ("Dit is te groot", "Een foto mag hoogstens 10 MB zijn, een bericht hoogstens 1 MB."),
    429: ("Even geduld", "Dit was te vaak achter elkaar. Wacht een minuut en probeer het opnieuw."),
    500: ("Er ging iets mis", "Dat ligt aan de hub en niet aan u. Probeer het opnieuw, of vraag de beheerder."),
}
"""Title and advice. The advice stands where the refusal itself has no sentence."""
PAGINA = Markup("""<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{titel} · Actiehub</title>
<link rel="stylesheet" href="{utrecht}">
<link rel="stylesheet" href="{hub}">
<link rel="icon" href="{merk}" type="image/svg+xml">
</head>
<body class="utrecht-document utrecht-body">
<main class="ah-deur"><div>
<p class="ah-merk">Actiehub</p>
<div class="ah-paneel">
<h1 class="utrecht-heading-1">{titel}</h1>
<p>{uitleg}</p>
{fouten}<p class="ah-knoppen ah-verder"><a class="utrecht-button utrecht-button--primary-action utrecht-button-link" \
href="/acties">Naar de acties</a></p>
</div>
<p class="ah-zacht ah-klein ah-standregel">Blijft dit zo? Vertel het uw beheerder. De fout is nummer {status}.</p>
</div></main>
</body>
</html>
""")


def page(status: int, titel: str, zin: str, fouten: Sequence[tuple[str, str]], bestand: Callable[[str], str]) -> str:
    """The page as HTML. `titel` and `zin` are those of the refusal; `bestand` gives the address of an asset."""
    kop, advies = WOORDEN.get(status, (titel, ""))
    items = Markup("").join(Markup("<li>{}: {}</li>").format(veld, melding) for veld, melding in dict.fromkeys(fouten))
    return PAGINA.format(
        titel=kop,
        uitleg=zin or advies,
        fouten=Markup("<ul>{}</ul>\n").format(items) if items else "",
        status=status,
        utrecht=escape(bestand("utrecht.css")),
        hub=escape(bestand("hub.css")),
        merk=escape(bestand("merk.svg")),
    )
