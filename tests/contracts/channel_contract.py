"""What every channel promises, as checks that take any channel class and its written-down traffic.

A check raises AssertionError when the promise is broken. The traffic of a netwerk says what it is asked and
what it answers (`uitwisselingen`), how it answers when something is wrong (`storingen`), and what it is asked before
the call that counts (`vooraf`): a login or an upload makes no post, so a fault there is tried by tests of its own.
"""

import asyncio
import inspect
import io
import logging
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.content import (
    ABILITIES,
    GROOTSTE_ANTWOORD,
    MODERATIES,
    STAPPEN,
    Channel,
    ChannelError,
    Departs,
    Image,
    NeedsAttention,
    NotNow,
    Post,
    Receipt,
    Refused,
    Reply,
    Setting,
    Timeouts,
    Unknown,
    moderaties,
)
from tests.contracts.wire import Fault, Wire, free_port

SINDS = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
HASTIG = Timeouts(connect=0.4, total=0.4)
RUSTIG = Timeouts(connect=5, total=5)
GENADE = 10.0
"""Seconds a call may overrun its total time-out before it counts as hanging."""

TEKST = Post("Vermist: meisje van 9 in Utrecht. Bel 112. http://127.0.0.1:8000/ABCD2345", marker="UT793")
KAART = "https://hub.example.nl/a/UT793/kaart.jpg"
FOTO = Image(b"\xff\xd8\xff\xe0 een getekend portret \xff\xd9", "image/jpeg", 40, 40, alt="Getekend portret", url=KAART)
BEELD = Post(TEKST.text, image=FOTO, marker="UT793")
NEUTRAAL = Post("Dit bericht is ingetrokken.", marker="UT793")
SLOT = Post("De actie is afgelopen. Dank voor het uitkijken.", marker="UT793")

FOUTEN = {fout.__name__: fout for fout in (Refused, NotNow, Unknown, NeedsAttention)}

Soort = type[Channel]
Traffic = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Zaak:
    """One channel class under test, with its traffic."""

    soort: Soort
    traffic: Traffic

    def maak(self, basis: str, timeouts: Timeouts = RUSTIG) -> Channel:
        """The channel, told that its netwerk lives at `basis`."""
        host = basis.partition("://")[2]
        filled = {naam: waarde.replace("{host}", host) for naam, waarde in self.traffic["instellingen"].items()}
        return self.soort({**filled, "basisUrl": basis}, timeouts)

    def geheimen(self) -> list[str]:
        """Values that may never be read back anywhere."""
        namen = [setting.naam for setting in self.soort.SETTINGS if setting.geheim]
        return [self.traffic["instellingen"][naam] for naam in namen]

    @property
    def gewoon(self) -> Post:
        """The plainest post that this netwerk takes: one that never goes without a picture says so of itself."""
        return BEELD if getattr(self.soort, "alleen_met_beeld", False) else TEKST

    def vooraf(self) -> list[Mapping[str, Any]]:
        """Exchanges that come before the call that counts."""
        return list(self.traffic.get("vooraf", []))

    def bon(self, wire: Wire) -> Receipt:
        """The receipt of the post that the traffic is about."""
        bon = wire.fill(self.traffic["bon"])
        return Receipt(bon["ref"], bon.get("url", ""), bon.get("extra", {}))


async def declares_itself(zaak: Zaak) -> None:
    """naam, titel and a settings form that a person can fill in."""
    soort = zaak.soort
    assert re.fullmatch(r"[a-z][a-z0-9_]*", soort.naam)
    assert soort.titel.strip()
    namen = [setting.naam for setting in soort.SETTINGS]
    assert len(set(namen)) == len(namen)
    for setting in soort.SETTINGS:
        assert isinstance(setting, Setting)
        assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", setting.naam), setting.naam
        assert setting.titel.strip(), f"{setting.naam} heeft geen titel"
        assert setting.help.strip().endswith("."), f"{setting.naam} heeft geen zin als hulp"
        assert not (setting.geheim and setting.standaard), f"{setting.naam} is geheim met een standaard"
    basis = {setting.naam: setting.standaard for setting in soort.SETTINGS}.get("basisUrl", "https://")
    assert basis.startswith(("https://", "http://127.0.0.1")), "basisUrl heeft geen openbaar adres"


async def has_sane_limits(zaak: Zaak) -> None:
    """Lengths that leave room for a message, and a named counter."""
    limits = zaak.maak("http://127.0.0.1:9").limits
    assert 100 <= limits.max_text_with_image <= limits.max_text
    assert limits.counter.isidentifier()
    assert limits.image_max_bytes >= 500_000 or not limits.images
    assert limits.alt_max is None or limits.alt_max >= 100


async def can_do_what_it_claims(zaak: Zaak) -> None:
    """Every claimed ability has a known name and async methods."""
    kanaal = zaak.maak("http://127.0.0.1:9")
    assert isinstance(kanaal, Channel)
    assert kanaal.can() <= ABILITIES.keys()
    methoden = ["publish", "close"]
    for naam in kanaal.can():
        assert isinstance(kanaal, ABILITIES[naam]), f"{naam} wordt beloofd maar ontbreekt"
        methoden += [m for m in vars(ABILITIES[naam]) if not m.startswith("_")]
    if "herhalen" in kanaal.can():
        assert timedelta() < kanaal.sleutel_geldig <= timedelta(days=1)  # type: ignore[attr-defined]
        assert "terugzoeken" in kanaal.can(), "zonder terugzoeken wordt een bericht nooit herhaald"
    for methode in methoden:
        assert inspect.iscoroutinefunction(getattr(kanaal, methode)), f"{methode} is niet async"
    await kanaal.close()


async def tells_where_traffic_is_from(zaak: Zaak) -> None:
    """Each exchange and each fault says how we know it."""
    groepen = zaak.traffic["uitwisselingen"].values()
    stukken = [stuk for groep in groepen for stuk in groep] + list(zaak.traffic["storingen"].values()) + zaak.vooraf()
    for stuk in stukken:
        assert stuk["herkomst"] in ("opgenomen", "beschrijving", "bedacht"), stuk


async def posts_text_and_picture(zaak: Zaak) -> None:
    """Both kinds of post give a receipt that can be stored; constructing asked nothing.

    A netwerk that takes no post without a picture refuses one before it asks anything.
    """
    soorten = [("publiceren-tekst", TEKST), ("publiceren-beeld", BEELD)]
    if zaak.gewoon is BEELD:
        del soorten[0]
        async with Wire() as wire:
            kanaal = zaak.maak(wire.url)
            assert isinstance(await _outcome(kanaal.publish(TEKST, "sleutel-1")), Refused)
            assert wire.calls == []
            await kanaal.close()
    for naam, post in soorten:
        async with _replay(zaak, naam) as (kanaal, wire):
            assert wire.calls == [], "het maken van een kanaal opende al een verbinding"
            bon = await kanaal.publish(post, "sleutel-1")
        assert bon.ref
        assert bon.url.startswith(("https://", "http://127.0.0.1"))
        assert all(isinstance(k, str) and isinstance(v, str) for k, v in bon.extra.items())


async def takes_down(zaak: Zaak) -> None:
    """A post is removed, also a second time; one that was already gone counts as removed."""
    for naam in ("intrekken", "al-weg"):
        async with _replay(zaak, naam) as (kanaal, wire):
            await _met(kanaal, "intrekken").retract(zaak.bon(wire))


async def says_its_steps(zaak: Zaak) -> None:
    """The steps of a withdrawal are known ones, each once, and the account can take them."""
    kanaal = zaak.maak("http://127.0.0.1:9")
    weg = getattr(zaak.soort, "weg", ("verwijderen",))
    assert weg == tuple(stap for stap in STAPPEN if stap in weg), "onbekende, dubbele of verkeerd geordende stappen"
    assert "neutraliseren" not in weg or "corrigeren" in kanaal.can(), "neutraal maken is een wijziging"
    assert getattr(zaak.soort, "antwoord_bewijst", False) in (True, False)
    await kanaal.close()


async def reads_back(zaak: Zaak) -> None:
    """Post and file each: gone, still there, or honestly None where the netwerk cannot be asked."""
    for naam, verwacht in (("weg", (True, True)), ("bestand-over", (True, False)), ("staat-er", (False, False))):
        if naam in zaak.traffic["uitwisselingen"]:
            async with _replay(zaak, naam) as (kanaal, wire):
                weg = await _met(kanaal, "intrekken").gone(zaak.bon(wire))
                assert (weg.bericht, weg.bestand) == verwacht, naam
                assert bool(weg.tekst) is (weg.bericht is False), "de woorden die er nog staan horen erbij"
        else:
            async with Wire() as wire:
                kanaal = zaak.maak(wire.url)
                weg = await _met(kanaal, "intrekken").gone(zaak.bon(wire))
                assert (weg.bericht, weg.bestand, weg.tekst, wire.calls) == (None, None, "", [])
                await kanaal.close()


async def tells_how_it_is(zaak: Zaak) -> None:
    """The account tells its name, what it lacks is a sentence, and a wrong token is what it is. Nothing is made."""
    for naam in [groep for groep in zaak.traffic["uitwisselingen"] if groep.startswith("controleren")]:
        async with _replay(zaak, naam) as (kanaal, _):
            gezond = await _met(kanaal, "controleren").check()
        assert gezond.naam.strip("@ ")
        assert bool(gezond.mist) == (naam != "controleren"), naam
        assert gezond.mist.endswith((".", "")), naam
        assert gezond.geldig_tot is None or gezond.geldig_tot.tzinfo is not None
    assert "controleren" in zaak.traffic["uitwisselingen"]
    async with Wire() as wire:
        wire.answer(zaak.traffic["storingen"]["verkeerd-token"])
        kanaal = zaak.maak(wire.url)
        fout = await _outcome(_met(kanaal, "controleren").check())
        await kanaal.close()
    assert isinstance(fout, NeedsAttention), f"{fout!r}"
    async with Wire() as wire:
        wire.fail("silent")
        kanaal = zaak.maak(wire.url, HASTIG)
        fout = await _outcome(_met(kanaal, "controleren").check())
        await kanaal.close()
    assert isinstance(fout, Unknown | NotNow), f"{fout!r}"


async def neutralises(zaak: Zaak) -> None:
    """A netwerk with this step shows neutral words, and no longer the picture, in the place of the post."""
    if "neutraliseren" in getattr(zaak.soort, "weg", ()):
        async with _replay(zaak, "neutraliseren") as (kanaal, wire):
            bon = await _met(kanaal, "corrigeren").correct(zaak.bon(wire), NEUTRAAL)
            assert bon.extra != zaak.bon(wire).extra, "de bon weet nog van het oude beeld"


async def repeats(zaak: Zaak) -> None:
    """The same key again gives the same post."""
    async with _replay(zaak, "herhalen") as (kanaal, _):
        eerste, tweede = [await kanaal.publish(TEKST, "sleutel-1") for _ in range(2)]
        assert eerste.ref == tweede.ref


async def says_when_the_post_leaves(zaak: Zaak) -> None:
    """Said once, right before the call that makes the post: after it the netwerk is only asked."""
    async with _replay(zaak, "publiceren-beeld") as (kanaal, wire):
        assert isinstance(kanaal, Departs)
        gehoord: list[int] = []
        await kanaal.publish(BEELD, "sleutel-1", lambda: gehoord.append(len(wire.calls)))
        assert len(gehoord) == 1
        gemaakt, *vragen = wire.calls[gehoord[0] :]
        assert not gemaakt.startswith("GET")
        assert all(vraag.startswith("GET") for vraag in vragen)


async def corrects(zaak: Zaak) -> None:
    """A changed post keeps a receipt that still works."""
    async with _replay(zaak, "corrigeren") as (kanaal, wire):
        bon = await _met(kanaal, "corrigeren").correct(zaak.bon(wire), SLOT)
        assert bon.ref == zaak.bon(wire).ref


async def finds(zaak: Zaak) -> None:
    """A post that exists is found, one that does not is None."""
    async with _replay(zaak, "terugzoeken") as (kanaal, wire):
        bon = await _met(kanaal, "terugzoeken").find("sleutel-1", "UT793", SINDS)
        assert bon is not None
        assert bon.ref == zaak.bon(wire).ref
    async with _replay(zaak, "niet-gevonden") as (kanaal, _):
        assert await _met(kanaal, "terugzoeken").find("sleutel-1", "UT793", SINDS) is None


async def measures(zaak: Zaak) -> None:
    """Counts come per receipt, as whole numbers or None."""
    async with _replay(zaak, "meten") as (kanaal, wire):
        bon = zaak.bon(wire)
        tellingen = await _met(kanaal, "meten").measure([bon])
        assert tellingen.keys() == {bon.ref}
        assert tellingen[bon.ref]
        assert all(isinstance(aantal, int | None) for aantal in tellingen[bon.ref].values())


async def listens(zaak: Zaak) -> None:
    """Replies carry an aware moment and are not older than asked."""
    async with _replay(zaak, "reacties") as (kanaal, wire):
        reacties = await _met(kanaal, "reacties").replies(zaak.bon(wire), SINDS)
        assert reacties
        assert all(isinstance(r, Reply) and r.ref and r.at >= SINDS for r in reacties)


async def moderates(zaak: Zaak) -> None:
    """Replies are closed and a reply is hidden, also where that was done before or the reply is gone.

    What the account cannot do of these two is refused without asking.
    """
    async with Wire() as wire:
        kanaal, bon = zaak.maak(wire.url), zaak.bon(wire)
        kan = moderaties(kanaal)
        assert kan, "modereren beloofd, maar sluiten noch verbergen kan"
        assert kan == tuple(naam for naam in MODERATIES if naam in kan), "onbekend, dubbel of verkeerd geordend"
        for naam in set(MODERATIES) - set(kan):
            assert isinstance(await _outcome(_moderation(naam, zaak)(kanaal, bon)), Refused)
        assert wire.calls == []
        await kanaal.close()
    for wijze in kan:
        for naam in _MODERATIE[wijze]:
            async with _replay(zaak, naam) as (kanaal, wire):
                await _moderation(wijze, zaak)(kanaal, zaak.bon(wire))


_MODERATIE: Mapping[str, tuple[str, ...]] = {
    "sluiten": ("reacties-sluiten", "reacties-al-dicht"),
    "verbergen": ("reactie-verbergen", "reactie-al-weg"),
}
"""Groups of exchanges that show each; `reactie` in the traffic is the reference of the reply."""


def _moderation(wijze: str, zaak: Zaak) -> "Daad":
    if wijze == "sluiten":
        return lambda k, bon: _met(k, "modereren").close_replies(bon)
    return lambda k, _: _met(k, "modereren").hide_reply(zaak.traffic["reactie"])


async def knows_when_nothing_was_sent(zaak: Zaak) -> None:
    """A refused connection is NotNow: nobody can have read a byte."""
    for doe in _deeds(zaak):
        kanaal = zaak.maak(f"http://127.0.0.1:{free_port()}", HASTIG)
        async with Wire() as wire:
            fout = await _outcome(doe(kanaal, zaak.bon(wire)))
        await kanaal.close()
        assert isinstance(fout, NotNow), f"verbinding geweigerd gaf {fout!r}"


async def calls_a_broken_line_unknown(zaak: Zaak) -> None:
    """After bytes have left, a reset, silence, an answer swallowed or endless is Unknown; no post is sent again."""
    breuken: tuple[Fault, ...] = ("reset", "swallowed", "silent", "trickle", "endless")
    for breuk in breuken:
        for doe in _deeds(zaak):
            async with Wire(zaak.vooraf()) as wire:
                wire.fail(breuk)
                kanaal = zaak.maak(wire.url, HASTIG)
                fout = await _outcome(doe(kanaal, zaak.bon(wire)))
                await kanaal.close()
            assert isinstance(fout, Unknown), f"{breuk} gaf {fout!r}"
            assert wire.poured <= 2 * GROOTSTE_ANTWOORD, "leest een antwoord zonder eind in zijn geheel"
            # Only what makes a post counts here: a change or a removal may be asked twice without harm.
            gemaakt = [call for call in wire.calls if call.startswith("POST")]
            assert len(set(gemaakt)) == len(gemaakt), f"{breuk}: zelf nog eens gestuurd: {gemaakt}"


async def reads_each_refusal(zaak: Zaak) -> None:
    """429, 401, 400 and a broken server mean the same on every netwerk; traffic may add its own."""
    stukken = dict(zaak.traffic["storingen"])
    for naam in ("te-veel", "verkeerd-token", "geweigerd"):
        assert naam in stukken, f"het verkeer heeft geen storing {naam}"
    html = "<html><h1>Storing</h1></html>"
    stukken |= {
        "500 met html": {"status": 500, "tekst": html},
        "502 met html": {"status": 502, "tekst": html},
        "503 met html": {"status": 503, "tekst": html},
        "200 met html": {"status": 200, "tekst": html},
        "200 met een diepe put": {"status": 200, "tekst": '{"data":' * 100_000, "soort": "application/json"},
        "200 met iets anders": {"status": 200, "json": ["onzin"]},
        "201 met een half antwoord": {"status": 201, "json": {"ok": True}},
        "429 zonder uitleg": {"status": 429, "tekst": html, "verwacht": "NotNow"},
    }
    vast = {"te-veel": "NotNow", "verkeerd-token": "NeedsAttention", "geweigerd": "Refused"}
    for naam, stuk in stukken.items():
        fout = await _publish_at(zaak, stuk)
        verwacht = vast.get(naam) or stuk.get("verwacht", "Unknown")
        assert isinstance(fout, FOUTEN[verwacht]), f"{naam} gaf {fout!r} in plaats van {verwacht}"
        if stuk["status"] == 429 and isinstance(fout, NotNow):
            assert fout.limited, "dat het hele account moet wachten is niet overgenomen"
            assert fout.after == stuk.get("na"), "de wachttijd van het netwerk is niet overgenomen"


async def keeps_its_secrets(zaak: Zaak) -> None:
    """No secret in an error, its traceback or a log line, whatever went wrong."""
    geheimen = zaak.geheimen()
    assert geheimen, "een netwerk zonder geheim: markeer het token met geheim=True"
    html = "<html>" + " ".join(geheimen) + "</html>"
    echo = {"description": " ".join(geheimen), "fout": " ".join(geheimen)}
    antwoorden: list[Mapping[str, Any]] = [
        {"status": status, "tekst": html} for status in (200, 400, 401, 403, 404, 500, 502)
    ]
    antwoorden += [{"status": status, "json": echo} for status in (200, 400, 401, 403, 409, 500)]
    with _all_logs() as log:
        fouten = [await _publish_at(zaak, antwoord) for antwoord in antwoorden]
        kanaal = zaak.maak(f"http://127.0.0.1:{free_port()}", HASTIG)
        fouten.append(await _outcome(kanaal.publish(zaak.gewoon, "k")))
        await kanaal.close()
        async with _replay(zaak, "publiceren-beeld") as (kanaal, _):
            await kanaal.publish(BEELD, "sleutel-1")
    for fout in fouten:
        assert isinstance(fout, ChannelError), f"een vijfde fout: {fout!r}"
        tekst = "".join(traceback.format_exception(fout))
        assert not any(geheim in tekst for geheim in geheimen), f"geheim in de fout: {type(fout).__name__}"
        assert str(fout).strip(), "een fout zonder uitleg"
    assert not any(geheim in log.getvalue() for geheim in geheimen), "geheim in het logboek"


async def is_left_to_a_person(zaak: Zaak) -> None:
    """A channel kept by hand promises nothing by program, and refuses to post."""
    kanaal = zaak.maak("http://127.0.0.1:9")
    assert kanaal.can() == frozenset()
    assert isinstance(await _outcome(kanaal.publish(TEKST, "k")), Refused)
    await kanaal.close()


async def only_notifies(zaak: Zaak) -> None:
    """The words arrive once and no picture goes along; nothing can be taken back, and nobody is told it can."""
    kanaal = zaak.maak("http://127.0.0.1:9")
    assert kanaal.can() == frozenset()
    assert not kanaal.limits.images
    await kanaal.close()
    for naam, post in (("publiceren-tekst", TEKST), ("publiceren-beeld", BEELD)):
        async with _replay(zaak, naam) as (kanaal, wire):
            assert wire.calls == [], "het maken van een kanaal opende al een verbinding"
            bon = await kanaal.publish(post, "sleutel-1")
        assert bon.ref
        assert "getekend portret" not in wire.bodies[0]


async def calls_every_failure_unknown(zaak: Zaak) -> None:
    """What goes wrong may have arrived all the same; it is tried once, and no address is told to anyone."""
    geheimen = [geheim.rpartition("/")[2] for geheim in zaak.geheimen()]
    fouten = []
    with _all_logs() as log:
        for stuk in zaak.traffic["storingen"].values():
            fouten.append(await _publish_at(zaak, stuk))
        breuken: tuple[Fault, ...] = ("reset", "swallowed", "silent", "trickle")
        for breuk in breuken:
            async with Wire() as wire:
                wire.fail(breuk)
                kanaal = zaak.maak(wire.url, HASTIG)
                fouten.append(await _outcome(kanaal.publish(TEKST, "k")))
                await kanaal.close()
            assert len(wire.calls) == 1, f"{breuk}: zelf nog eens gestuurd: {wire.calls}"
        kanaal = zaak.maak(f"http://127.0.0.1:{free_port()}", HASTIG)
        fouten.append(await _outcome(kanaal.publish(TEKST, "k")))
        await kanaal.close()
    for fout in fouten:
        assert isinstance(fout, Unknown), f"{fout!r}"
        tekst = "".join(traceback.format_exception(fout))
        assert not any(geheim in tekst for geheim in geheimen), "geheim in de fout"
    assert not any(geheim in log.getvalue() for geheim in geheimen), "geheim in het logboek"


@asynccontextmanager
async def _replay(zaak: Zaak, naam: str) -> AsyncIterator[tuple[Channel, Wire]]:
    """The channel with a wire that plays one group of exchanges, all of which must be asked for."""
    async with Wire(zaak.vooraf()) as wire:
        wire.play(zaak.traffic["uitwisselingen"][naam], zaak.traffic["instellingen"])
        kanaal = zaak.maak(wire.url)
        try:
            yield kanaal, wire
        finally:
            await kanaal.close()
        assert not wire.surprises, f"{naam}: onverwachte vraag {wire.surprises}"
        assert not wire.left(), f"{naam}: niet gevraagd {wire.left()}"


def _met(kanaal: Channel, vermogen: str) -> Any:
    assert isinstance(kanaal, ABILITIES[vermogen])
    return kanaal


Daad = Callable[[Channel, Receipt], Awaitable[object]]


def _deeds(zaak: Zaak) -> list[Daad]:
    """What a channel does that must end in one of the four errors when the line fails."""
    kanaal = zaak.maak("http://127.0.0.1:9")
    kan = kanaal.can()
    daden: list[Daad] = [lambda k, _: k.publish(BEELD, "sleutel-1")]
    if "intrekken" in kan:
        daden.append(lambda k, bon: _met(k, "intrekken").retract(bon))
    if "corrigeren" in kan:
        daden.append(lambda k, bon: _met(k, "corrigeren").correct(bon, SLOT))
    return daden + [_moderation(wijze, zaak) for wijze in moderaties(kanaal)]


async def _outcome(call: Awaitable[object]) -> Exception:
    """The error a call ends with; one that ends well, or not in time, breaks the promise."""
    try:
        async with asyncio.timeout(HASTIG.total + GENADE) as grens:
            gekregen = await call
    except Exception as fout:
        assert not grens.expired(), "de aanroep houdt zich niet aan de totale tijd"
        return fout
    raise AssertionError(f"geen fout maar {gekregen!r}")


async def _publish_at(zaak: Zaak, antwoord: Mapping[str, Any]) -> Exception:
    async with Wire(zaak.vooraf()) as wire:
        wire.answer(antwoord)
        kanaal = zaak.maak(wire.url)
        try:
            fout = await _outcome(kanaal.publish(zaak.gewoon, "sleutel-1"))
        finally:
            await kanaal.close()
        assert len(wire.calls) == 1, f"zelf nog eens gestuurd: {wire.calls}"
        return fout


@contextmanager
def _all_logs() -> Iterator[io.StringIO]:
    """Everything any library logs, debug lines included."""
    tekst, wortel = io.StringIO(), logging.getLogger()
    lezer, niveau = logging.StreamHandler(tekst), wortel.level
    wortel.addHandler(lezer)
    wortel.setLevel(logging.DEBUG)
    try:
        yield tekst
    finally:
        wortel.setLevel(niveau)
        wortel.removeHandler(lezer)


Check = Callable[[Zaak], Awaitable[None]]

ALTIJD: tuple[Check, ...] = (
    declares_itself,
    has_sane_limits,
    can_do_what_it_claims,
    tells_where_traffic_is_from,
)
OVER_DE_LIJN: tuple[Check, ...] = (
    posts_text_and_picture,
    knows_when_nothing_was_sent,
    calls_a_broken_line_unknown,
    reads_each_refusal,
    keeps_its_secrets,
)
PER_VERMOGEN: Mapping[str, tuple[Check, ...]] = {
    "intrekken": (takes_down, says_its_steps, reads_back),
    "corrigeren": (corrects, neutralises),
    "terugzoeken": (finds,),
    "herhalen": (repeats,),
    "meten": (measures,),
    "reacties": (listens,),
    "modereren": (moderates,),
    "controleren": (tells_how_it_is,),
}


def checks_for(zaak: Zaak) -> list[Check]:
    """The checks that apply to this channel: by hand, for notices or over the wire, one or more per ability."""
    if getattr(zaak.soort, "handmatig", False):
        return [*ALTIJD, is_left_to_a_person]
    if getattr(zaak.soort, "alleen_melden", False):
        return [*ALTIJD, only_notifies, calls_every_failure_unknown]
    kan = zaak.maak("http://127.0.0.1:9").can()
    vertrek = [says_when_the_post_leaves] if hasattr(zaak.soort, "meldt_vertrek") else []
    return [*ALTIJD, *OVER_DE_LIJN, *vertrek, *(check for naam in sorted(kan) for check in PER_VERMOGEN.get(naam, ()))]
