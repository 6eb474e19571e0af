"""Builders for tests: an actie with sensible values, of which a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.acties.model import Invoer, Persoon
from hub.content import ActieView, Cirkel

NU = datetime(2026, 3, 1, 13, 5, tzinfo=UTC)


class Klok:
    """A clock that stands still until a test turns it."""

    def __init__(self, nu: datetime = NU) -> None:
        self.nu = nu

    def now(self) -> datetime:
        return self.nu

    def verder(self, **duur: float) -> datetime:
        """Turn the clock forward: `verder(minutes=5)`."""
        self.nu += timedelta(**duur)
        return self.nu


def een_invoer(**anders: Any) -> Invoer:
    """What a centralist fills in for a missing girl of nine in Utrecht."""
    invoer = Invoer(
        kenmerk="MN-2026-0793",
        soort="tijdkritisch",
        type="vermist-persoon",
        niveau="regionaal",
        titel="Sanne (9) uit Utrecht vermist",
        bericht="Sanne is vanmiddag niet thuisgekomen van school in Lombok.",
        signalement="Donker krullend haar, gele regenjas, blauwe rugzak.",
        persoon=Persoon(leeftijd=9, minderjarig=True),
        laatst_gezien="Kanaalstraat, Utrecht, rond 15.10 uur",
        gemeente="GM0344",
        gemeenten=("GM0344",),
        cirkel=Cirkel(52.09, 5.12, 5000),
        looptijd_minuten=60,
    )
    return replace(invoer, **anders)


def een_view(**anders: Any) -> ActieView:
    """The same actie as readers see it, running."""
    view = ActieView(
        id="0195f0c0-0000-7000-8000-000000000001",
        code="K7M2QX",
        versie=1,
        soort="tijdkritisch",
        type="vermist-persoon",
        niveau="regionaal",
        fase="actief",
        titel="Sanne (9) uit Utrecht vermist",
        bericht="Sanne is vanmiddag niet thuisgekomen van school in Lombok.",
        signalement="Donker krullend haar, gele regenjas, blauwe rugzak.",
        laatst_gezien="Kanaalstraat, Utrecht, rond 15.10 uur",
        leeftijd=9,
        minderjarig=True,
        gemeente="GM0344",
        plaats="Utrecht",
        gemeenten=("GM0344",),
        cirkel=Cirkel(52.09, 5.12, 5000),
        gestart_op=NU,
        eindigt_op=NU + timedelta(hours=1),
        oefening=False,
        voorbeeld=False,
        pagina_url="http://127.0.0.1:8000/a/K7M2QX",
        afzender="Actiehub",
    )
    return replace(view, **anders)
