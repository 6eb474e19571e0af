"""What a centralist can do with an actie, and what the desk refuses."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.acties import store as acties
from hub.acties.model import Persoon
from hub.commands.proces import Hub
from hub.content import Cirkel
from hub.delivery import store as delivery
from hub.desk.errors import Conflict, Geweigerd, NietGevonden, Ongeldig, SleutelHergebruikt
from hub.desk.idempotent import Sleutel
from hub.screens import store as screens
from hub.toegang import audit
from hub.toegang.model import Wie
from tests.acties.images import encoded, picture
from tests.builders import een_invoer
from tests.screens.toestel import een_scherm
from tests.stories.conftest import Proefnet, Schuifklok, Until

MELDKAMER = Wie("meldkamer", "meldkamer")
COLLEGA = Wie("collega", "meldkamer")


async def test_a_repeated_request_gives_the_same_actie(hub: Hub) -> None:
    key = Sleutel("k1", "som")
    first, again = [await hub.desk.open(een_invoer(publiceren=True), MELDKAMER, sleutel=key) for _ in range(2)]
    assert first.nieuw
    assert not again.nieuw
    assert first.actie.id == again.actie.id


async def test_twenty_identical_requests_at_once_make_one_actie(hub: Hub) -> None:
    key = Sleutel("k2", "som")
    opened = await asyncio.gather(
        *(hub.desk.open(een_invoer(publiceren=True), MELDKAMER, sleutel=key) for _ in range(20))
    )
    assert len({item.actie.id for item in opened}) == 1
    assert sum(item.nieuw for item in opened) == 1


async def test_a_key_with_another_question_is_refused(hub: Hub) -> None:
    await hub.desk.open(een_invoer(), MELDKAMER, sleutel=Sleutel("k3", "een"))
    with pytest.raises(SleutelHergebruikt):
        await hub.desk.open(een_invoer(), MELDKAMER, sleutel=Sleutel("k3", "twee"))


async def test_a_kenmerk_that_runs_is_refused_with_the_actie_that_has_it(hub: Hub) -> None:
    first = await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)
    with pytest.raises(Conflict) as found:
        await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)
    assert found.value.actie_id == first.actie.id


async def test_all_faults_come_at_once(hub: Hub) -> None:
    wrong = een_invoer(titel="", gemeente="GM9999", looptijd_minuten=0)
    with pytest.raises(Ongeldig) as found:
        await hub.desk.open(wrong, MELDKAMER)
    assert {"titel", "gemeente", "looptijdMinuten"} <= {veld for veld, _ in found.value.fouten}


async def test_a_gemeente_may_not_start_a_tijdkritische_actie(hub: Hub) -> None:
    with pytest.raises(Geweigerd) as found:
        await hub.desk.open(een_invoer(), Wie("oov", "gemeente", ("GM0344",)))
    assert found.value.regel == "rol-soort"


async def test_nobody_reaches_beyond_the_own_region_by_naming_another_gemeente(hub: Hub) -> None:
    midden = Wie("midden", "meldkamer", ("VR09",))
    with pytest.raises(Geweigerd) as found:
        await hub.desk.open(een_invoer(gemeenten=("GM0344", "GM0363")), midden)
    assert found.value.regel == "rol-gebied"
    wide = (await hub.desk.open(een_invoer(gemeenten=("GM0344", "GM0363")), MELDKAMER)).actie
    assert (await hub.desk.correct(wide.id, {"titel": "Sanne (9) vermist"}, midden)).versie == 2
    with pytest.raises(Geweigerd):
        await hub.desk.correct(wide.id, {"gemeenten": ("GM0344", "GM0363", "GM0599")}, midden)


async def test_a_gemeente_reaches_no_other_by_a_circle(hub: Hub) -> None:
    preventie = een_invoer(soort="preventie", type="overig", niveau="lokaal", persoon=Persoon())
    oov = Wie("oov", "gemeente", ("GM0344",))
    with pytest.raises(Geweigerd):
        await hub.desk.open(replace(preventie, cirkel=Cirkel(52.09, 5.12, 60_000)), oov)
    assert (await hub.desk.open(replace(preventie, cirkel=Cirkel(52.09, 5.12, 2_000)), oov)).nieuw


async def test_someone_of_another_region_cannot_see_an_actie(hub: Hub) -> None:
    made = await hub.desk.open(een_invoer(), MELDKAMER)
    with pytest.raises(NietGevonden):
        await hub.desk.withdraw(made.actie.id, "gevonden", Wie("elders", "meldkamer", ("VR25",)))


async def test_a_buurtonderzoek_waits_for_its_bedenktijd(hub: Hub) -> None:
    invoer = een_invoer(
        soort="buurtonderzoek", type="woninginbraak", niveau="lokaal", persoon=Persoon(), publiceren=True
    )
    made = (await hub.desk.open(invoer, MELDKAMER)).actie
    assert made.fase == "wacht-op-goedkeuring"
    assert made.vrij_op is not None
    assert await hub.db.read(lambda s: delivery.of_actie(s, made.id)) == []


async def test_nobody_approves_their_own_preventie(hub: Hub) -> None:
    invoer = een_invoer(soort="preventie", type="overig", niveau="lokaal", persoon=Persoon(), publiceren=True)
    made = (await hub.desk.open(invoer, MELDKAMER)).actie
    with pytest.raises(Geweigerd):
        await hub.desk.approve(made.id, MELDKAMER)
    assert (await hub.desk.approve(made.id, COLLEGA)).fase == "actief"


async def test_withdrawing_twice_changes_nothing_the_second_time(hub: Hub) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    first = await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    again = await hub.desk.withdraw(made.id, "fout", COLLEGA)
    assert (again.beeindigd_op, again.reden) == (first.beeindigd_op, "gevonden")


async def test_an_actie_that_waits_can_be_withdrawn_and_then_never_starts(hub: Hub) -> None:
    invoer = een_invoer(soort="preventie", type="overig", niveau="lokaal", persoon=Persoon(), publiceren=True)
    made = (await hub.desk.open(invoer, MELDKAMER)).actie
    await hub.desk.withdraw(made.id, "fout", MELDKAMER)
    with pytest.raises(Conflict):
        await hub.desk.approve(made.id, COLLEGA)


async def test_after_a_withdrawal_no_correction_or_extension_or_photo_is_taken(hub: Hub) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    with pytest.raises(Conflict):
        await hub.desk.correct(made.id, {"titel": "Toch weer"}, MELDKAMER)
    with pytest.raises(Conflict):
        await hub.desk.extend(made.id, 30, MELDKAMER)
    with pytest.raises(Conflict):
        await hub.desk.add_foto(
            made.id, encoded(picture((600, 800))), focus=(0.5, 0.4), toestemming=True, wie=MELDKAMER
        )


async def test_the_photo_of_a_child_in_a_local_actie_is_refused_at_upload(hub: Hub) -> None:
    made = (await hub.desk.open(een_invoer(niveau="lokaal"), MELDKAMER)).actie
    with pytest.raises(Geweigerd) as found:
        await hub.desk.add_foto(
            made.id, encoded(picture((600, 800))), focus=(0.5, 0.4), toestemming=True, wie=MELDKAMER
        )
    assert found.value.regel == "foto-minderjarig-lokaal"


async def test_after_a_withdrawal_no_word_and_no_byte_about_the_person_is_left_on_disk(
    hub: Hub, config_pad: Path
) -> None:
    marker = "Merelbrug-7731"
    made = (await hub.desk.open(een_invoer(laatst_gezien=marker), MELDKAMER)).actie
    info = await hub.desk.add_foto(
        made.id, encoded(picture((600, 800))), focus=(0.5, 0.4), toestemming=True, wie=MELDKAMER
    )
    await hub.desk.publish(made.id, MELDKAMER)
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    await hub.desk.wipe_disk()
    content = b"".join(file.read_bytes() for file in config_pad.parent.glob("hub.db*"))
    assert marker.encode() not in content
    assert await hub.db.read(lambda s: acties.load_fotos(s, hub.vault, made.id)) == ()
    assert await hub.db.read(lambda s: acties.foto_gone(s, info.som))


async def test_the_looptijd_ends_in_a_closing_message(
    hub: Hub, proefnet: Proefnet, until: Until, schuifklok: Schuifklok
) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie

    async def posted() -> bool:
        return bool(await proefnet.berichten("stad"))

    async def closed() -> bool:
        return any("afgesloten" in post["tekst"].lower() for post in await proefnet.berichten("stad"))

    await until(posted)
    assert (await hub.desk.expire(made.id)).fase == "actief"
    schuifklok.verschil = timedelta(hours=2)
    assert (await hub.desk.expire(made.id)).fase == "afgesloten"
    await until(closed)


async def test_every_deed_leaves_a_line_in_an_unbroken_chain(hub: Hub) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    await hub.desk.extend(made.id, 15, MELDKAMER)
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    deeds = [line.deed for line in await hub.db.read(lambda s: audit.of_actie(s, made.id))]
    assert deeds == ["aangemaakt", "gestart", "op schermen", "verlengd", "ingetrokken"]
    assert await hub.db.read(audit.first_broken) is None


async def test_an_actie_whose_process_stopped_before_its_schermen_goes_on_them_by_the_clock(
    hub: Hub, until: Until
) -> None:
    scherm, _ = een_scherm(hub.db, hub.clock.now())
    hub.desk.voorrang = asyncio.Event().wait  # type: ignore[assignment]
    opening = asyncio.create_task(hub.desk.open(een_invoer(publiceren=True), MELDKAMER))

    async def shown() -> bool:
        found = await hub.db.read(lambda s: screens.placements(s, sinds=hub.clock.now()))
        return [item.scherm_id for item in found] == [scherm.id]

    await until(shown)
    opening.cancel()


async def test_an_actie_that_was_withdrawn_before_its_schermen_never_goes_on_them(hub: Hub) -> None:
    een_scherm(hub.db, hub.clock.now())
    made = (await hub.desk.open(een_invoer(), MELDKAMER)).actie
    await hub.desk.withdraw(made.id, "fout", MELDKAMER)
    await hub.desk.belicht(made.id, MELDKAMER)
    assert await hub.db.read(lambda s: screens.placements(s, sinds=hub.clock.now())) == []


async def test_an_oefening_is_refused_on_a_real_kanaal_and_never_planned_there(hub: Hub) -> None:
    before = await hub.desk.previews(replace(hub.desk.provisional(een_invoer(), MELDKAMER), oefening=True))
    assert all(item.draft is not None for item in before)
    made = (await hub.desk.open(een_invoer(oefening=True, publiceren=True), MELDKAMER)).actie
    rows = await hub.db.read(lambda s: delivery.of_actie(s, made.id))
    assert rows
    assert all(row.oefening for row in rows)
    assert all("OEFENING" in row.tekst for row in rows)


async def test_a_kanaal_with_no_room_for_number_and_link_holds_up_no_other(hub: Hub) -> None:
    hub.desk.config = hub.config.model_copy(update={"adres": "http://127.0.0.1:8000/" + "lang" * 200})
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    assert made.fase == "actief"
    reasons = [item.reden for item in await hub.desk.previews(made)]
    assert all("passen niet" in reason for reason in reasons)


async def test_who_changed_the_words_last_does_not_approve_them(hub: Hub) -> None:
    invoer = een_invoer(soort="preventie", type="overig", niveau="lokaal", persoon=Persoon(), publiceren=True)
    made = (await hub.desk.open(invoer, MELDKAMER)).actie
    await hub.desk.correct(made.id, {"bericht": "Doe uw achterdeur op slot."}, COLLEGA)
    with pytest.raises(Geweigerd):
        await hub.desk.approve(made.id, COLLEGA)
