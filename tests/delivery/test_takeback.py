"""Taking a post back: each step committed before the next, post and file read back apart, done twice without harm."""

from collections.abc import Sequence
from typing import ClassVar

import pytest

from hub.content import ChannelError, Limits, NotNow, Post, Receipt, Refused, Setting, Unknown, Weg
from hub.delivery.takeback import (
    BERICHT_WEG,
    BESTAND_WEG,
    GECONTROLEERD,
    GENEUTRALISEERD,
    NEUTRAAL_GEBLEVEN,
    VERWIJDERD,
    StillThere,
    TakenOver,
    Uitslag,
    take_back,
)

BON, OUD = Receipt("1", "", {"beeld": "nieuw"}), Receipt("1", "", {"beeld": "eerste"})
NEUTRAAL = Post("De actie is beëindigd.")
OUDE_WOORDEN = "Vermist: Sanne"


class Bord:
    """A netwerk in memory with one post; `fouten` says what a deed ends with instead of being done."""

    naam: ClassVar[str] = "bord"
    titel: ClassVar[str] = "Bord"
    SETTINGS: ClassVar[tuple[Setting, ...]] = ()
    limits = Limits(500, 500)

    def __init__(self, *, bestanden: Sequence[str] = (), leesbaar: bool = True, **fouten: ChannelError) -> None:
        self.tekst, self.bestanden, self.leesbaar, self.fouten = OUDE_WOORDEN, set(bestanden), leesbaar, fouten
        self.daden: list[str] = []

    def can(self) -> frozenset[str]:
        return frozenset({"intrekken", "corrigeren"})

    async def publish(self, post: Post, key: str) -> Receipt:
        raise NotImplementedError

    async def close(self) -> None:
        return None

    async def correct(self, receipt: Receipt, post: Post) -> Receipt:
        self._doe("neutraliseren")
        self.tekst = post.text
        return Receipt(receipt.ref)

    async def retract(self, receipt: Receipt) -> None:
        self._doe("verwijderen")
        self.tekst = ""

    async def gone(self, receipt: Receipt) -> Weg:
        self._doe("lezen")
        bestand = receipt.extra.get("beeld", "") not in self.bestanden
        return Weg(not self.tekst, bestand, self.tekst) if self.leesbaar else Weg(None, None)

    def _doe(self, daad: str) -> None:
        self.daden.append(daad)
        if daad in self.fouten:
            raise self.fouten[daad]


class Eerst(Bord):
    """One that makes a post neutral before it deletes it."""

    weg: ClassVar[tuple[str, ...]] = ("neutraliseren", "verwijderen")


class Zwijgt(Eerst):
    """One that cannot be read back, where the answer to the delete is the proof."""

    antwoord_bewijst: ClassVar[bool] = True


class Boek:
    """The steps as the database keeps them; `tot` is the step at which another process takes over."""

    def __init__(self, *gedaan: str, tot: str = "") -> None:
        self.gedaan, self.tot = list(gedaan), tot

    async def note(self, stap: str, receipt: Receipt | None) -> None:
        if stap == self.tot:
            raise TakenOver
        self.gedaan.append(stap)

    async def run(self, bord: Bord, *receipts: Receipt) -> Uitslag:
        return await take_back(bord, receipts or (BON,), NEUTRAAL, tuple(self.gedaan), self.note)


async def test_without_steps_of_its_own_a_post_is_deleted_and_read_back() -> None:
    bord, boek = Bord(), Boek()
    uitslag = await boek.run(bord)
    assert (bord.daden, boek.gedaan) == (["verwijderen", "lezen"], [VERWIJDERD])
    assert (uitslag.bewijs, uitslag.stappen) == ("netwerk", (BERICHT_WEG, BESTAND_WEG, GECONTROLEERD))


async def test_every_step_is_committed_before_the_next_one_begins() -> None:
    bord = Eerst()
    with pytest.raises(TakenOver):
        await Boek(tot=GENEUTRALISEERD).run(bord)
    assert bord.daden == ["neutraliseren"]


async def test_who_takes_over_continues_where_it_was() -> None:
    bord = Eerst()
    await Boek(GENEUTRALISEERD).run(bord)
    assert bord.daden[0] == "verwijderen"
    await Boek(GENEUTRALISEERD, VERWIJDERD).run(bord)
    assert bord.daden[-1] == "lezen"
    assert bord.daden.count("verwijderen") == 1


async def test_a_post_that_came_back_after_its_delete_is_deleted_again() -> None:
    bord = Bord()
    await Boek(VERWIJDERD).run(bord)
    assert bord.daden == ["lezen", "verwijderen", "lezen"]


@pytest.mark.parametrize("fout", [Refused("te laat"), NotNow("druk"), Unknown("stil")])
async def test_what_cannot_be_made_neutral_is_deleted_all_the_same(fout: ChannelError) -> None:
    bord, boek = Eerst(neutraliseren=fout), Boek()
    await boek.run(bord)
    assert boek.gedaan == [VERWIJDERD]


async def test_a_post_that_may_not_be_deleted_but_reads_back_neutral_counts_as_gone_with_a_remark() -> None:
    bord = Eerst(verwijderen=Refused("ouder dan 48 uur"))
    uitslag = await Boek().run(bord)
    assert (bord.tekst, uitslag.opmerking) == (NEUTRAAL.text, NEUTRAAL_GEBLEVEN)
    assert uitslag.stappen == (BESTAND_WEG, GECONTROLEERD)


@pytest.mark.parametrize(
    ("bord", "zin"),
    [
        (Eerst(verwijderen=Refused("Nee."), bestanden=["nieuw"]), "al neutraal gemaakt"),
        (Eerst(verwijderen=Refused("Nee."), leesbaar=False), "al neutraal gemaakt"),
        (Eerst(verwijderen=Refused("Nee."), neutraliseren=Refused("ook niet")), "staan er nog"),
        (Bord(verwijderen=Refused("Nee.")), "staan er nog"),
    ],
)
async def test_otherwise_a_person_is_told_what_is_left(bord: Bord, zin: str) -> None:
    with pytest.raises(Refused, match=f"Nee. .*{zin}"):
        await Boek().run(bord)


async def test_while_making_it_neutral_may_still_work_no_person_is_asked() -> None:
    with pytest.raises(NotNow):
        await Boek().run(Eerst(verwijderen=Refused("Nee."), neutraliseren=NotNow("druk")))


async def test_a_file_that_outlives_its_post_is_asked_for_until_it_is_gone() -> None:
    bord, boek = Bord(bestanden=["nieuw"]), Boek()
    for _ in range(2):
        with pytest.raises(StillThere) as nog:
            await boek.run(bord)
        assert not nog.value.haast
    assert boek.gedaan == [VERWIJDERD, BERICHT_WEG]
    bord.bestanden.clear()
    assert BESTAND_WEG in (await boek.run(bord)).stappen
    assert bord.daden.count("verwijderen") == 1


async def test_the_picture_of_before_a_correction_counts_as_well() -> None:
    with pytest.raises(StillThere):
        await Boek().run(Bord(bestanden=["eerste"]), BON, OUD)


async def test_where_nothing_can_be_read_back_the_answer_is_the_proof_or_there_is_none() -> None:
    bewezen = await Boek().run(Zwijgt(leesbaar=False))
    assert (bewezen.bewijs, bewezen.stappen) == ("netwerk", (BERICHT_WEG,))
    onbewezen = await Boek().run(Bord(leesbaar=False))
    assert (onbewezen.bewijs, onbewezen.stappen) == ("", ())
