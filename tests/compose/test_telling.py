"""Thousands of generated Dutch texts on every netwerk: never over its limit, number to call and link always whole.

Each netwerk is counted here by its own published rule, not by our counters.
"""

import importlib
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import regex

from hub.compose.compose import Draft, compose
from hub.compose.templates import Templates
from hub.content import BEL_NU, ActieView, Limits, Timeouts
from tests.builders import een_view

ROOT = Path(__file__).parents[2]
TEMPLATES = Templates(ROOT / "templates" / "posts")
NETWERKEN = sorted(path.stem for path in (ROOT / "channels").glob("*.py") if path.stem != "__init__")
LINK = "https://ah.example/7Q2MKX9A"

WOORDEN = (
    "een jongen van negen jaar liep bij de IJssel, ĲSSELMEER ĳsbaan in Nĳmegen; café coördinator geïnformeerd "
    "naïef één ﬁets met ﬂuorescerend vest oﬃcier (blauw/grijs) 'zo-even' “gezien” – richting Den Haag… "
    "s-Hertogenbosch 's-Gravenhage kenteken 12-ABC-3 rugzak voorbijgangersfietsenstallingbewakingscamerabeelden"
).split()
EMOJI = ("👧🏽", "👨‍👩‍👧‍👦", "🚨", "🇳🇱", "☎️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "é", "1️⃣", "€", "½")
NUMMERS = ("0800-0011", "0900-8844", "112", "06 12 34 56 78", "030-1234567", "+31 6 12345678")
ADRESSEN = (
    "https://www.utrecht.nl/wonen-en-leven/veiligheid/?bron=post&id=12",
    "http://a.nl",
    "https://politie.example/gezocht/2026/november/lange-naam-van-een-pagina-over-een-vermissing#kaart",
    "www.utrecht.nl/meldpunt",
    "burgers.nl",
)
VAST = ("0800-8844", "12-ABC-3")
ADRES = regex.compile(r"https?://\S+")
STUK = regex.compile(r"\d{2,}|\d[ -]\d|https?:|www\.")


def zin(kans: random.Random, woorden: int) -> str:
    """So many words, now and then an emoji, a number or an address among them."""
    bronnen, gewicht = (WOORDEN, EMOJI, NUMMERS, ADRESSEN), (80, 10, 5, 5)
    return " ".join(kans.choice(kans.choices(bronnen, gewicht)[0]) for _ in range(woorden))


def een_tekst(kans: random.Random) -> ActieView:
    """An actie in words of any length, running or ended."""
    return een_view(
        titel=zin(kans, kans.choice((1, 4, 8, 25))),
        bericht=zin(kans, kans.choice((0, 10, 60, 400))),
        signalement=zin(kans, kans.choice((0, 5, 40))),
        laatst_gezien=zin(kans, kans.choice((0, 4, 20))),
        slottekst=zin(kans, kans.choice((3, 30, 200))),
        oefening=kans.random() < 0.3,
        voorbeeld=kans.random() < 0.3,
    )


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def grafemen(text: str) -> int:
    return len(regex.findall(r"\X", text))


def bluesky(text: str) -> int:
    """300 graphemes, and 3,000 bytes: in graphemes."""
    return max(grafemen(text), -(-len(text.encode()) // 10))


def mastodon(text: str) -> int:
    """Graphemes, with every address as 23."""
    return grafemen(ADRES.sub("x" * 23, text))


def x(text: str) -> int:
    """The weighed length of X's configuration v3: 2 for a whole emoji, 23 for an address, the light ranges 1."""
    total = 23 * len(ADRES.findall(text))
    for teken in regex.findall(r"\X", ADRES.sub("", text)):
        if regex.search(r"\p{Emoji_Presentation}|\ufe0f|\p{Regional_Indicator}", teken):
            total += 2
        else:
            licht = regex.findall(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]", teken)
            total += 2 * len(teken) - len(licht)
    return total


TELLERS: Mapping[str, Callable[[str], int]] = {"bluesky": bluesky, "mastodon": mastodon, "x": x, "telegram": utf16}


def limits_of(netwerk: str) -> Limits:
    verkeer = json.loads((ROOT / "tests" / "traffic" / f"{netwerk}.json").read_text("utf-8"))
    soort = importlib.import_module(f"channels.{netwerk}").Channel
    gevuld = {naam: waarde.replace("{basis}", "http://127.0.0.1:9") for naam, waarde in verkeer["instellingen"].items()}
    limits: Limits = soort(gevuld, Timeouts()).limits
    return limits


def klopt(draft: Draft, view: ActieView, soort: str, teller: Callable[[str], int]) -> None:
    """What must hold of one post, whatever was written in it."""
    tekst = draft.tekst
    assert teller(tekst) <= draft.maximum, (teller(tekst), draft)
    assert LINK in tekst.split(), tekst
    assert view.code in tekst
    if soort == "publiceren":
        assert regex.search(rf"\b[Bb]el {BEL_NU}\b", tekst), tekst
    for heel in (LINK, view.code, *sorted(ADRESSEN, key=len, reverse=True), *VAST, *NUMMERS):
        tekst = tekst.replace(heel, " ")
    assert not STUK.search(tekst), f"een half nummer of adres: {tekst}"


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("netwerk", NETWERKEN)
def test_a_post_is_never_over_the_limit_and_its_number_and_link_are_whole(
    netwerk: str, rounds: Callable[[int], int]
) -> None:
    kans, limits = random.Random(netwerk), limits_of(netwerk)
    teller = TELLERS.get(netwerk, len)
    for _ in range(rounds(5000)):
        view, soort = een_tekst(kans), kans.choice(("publiceren", "publiceren", "sluiten", "fout"))
        draft = compose(
            TEMPLATES, view, soort=soort, netwerk=netwerk, kanaal=netwerk, limits=limits, link_url=LINK, met_foto=False
        )
        klopt(draft, view, soort, teller)
