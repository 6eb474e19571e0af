"""Two things at once: what wins, and that nothing is forgotten by the one that loses."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from hub.commands.proces import Hub
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.delivery.tables import BezorgingRij
from hub.desk import klok, melden
from hub.desk.errors import Conflict, Ongeldig
from hub.desk.schermen import register_scherm
from hub.kanalen.tables import KanaalRij
from hub.screens.model import SchermInvoer
from hub.toegang.model import Wie
from tests.builders import een_invoer
from tests.stories.conftest import Proefnet, Schuifklok, Until

MELDKAMER = Wie("meldkamer", "meldkamer")


async def rows(hub: Hub, actie_id: str, kanaal: str, soort: str) -> list[Bezorging]:
    found = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
    return [row for row in found if (row.kanaal, row.soort) == (f"proef-{kanaal}", soort)]


async def test_a_post_that_comes_back_after_the_withdrawal_is_over_at_once(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await proefnet.storing("stad", "traag", seconden=0.5)
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie

    async def sending() -> bool:
        # Not before the call itself: with a card that takes long its post goes back to the queue, and never leaves.
        return (await rows(hub, made.id, "stad", "publiceren"))[0].id in hub.worker._sender.begonnen

    async def over() -> bool:
        [removal] = await rows(hub, made.id, "stad", "intrekken")
        return removal.staat in ("verzonden", "vervallen")

    await until(sending)
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    await until(over)
    assert all("Sanne" not in post["tekst"] for post in await proefnet.berichten("stad"))


async def test_an_extension_wins_from_an_end_that_was_already_on_its_way(hub: Hub, schuifklok: Schuifklok) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True, looptijd_minuten=60), MELDKAMER)).actie
    await hub.desk.extend(made.id, 30, MELDKAMER)
    schuifklok.verschil = timedelta(minutes=70)
    assert (await hub.desk.expire(made.id)).fase == "actief"
    schuifklok.verschil = timedelta(minutes=95)
    await klok.end_due(hub.desk)
    assert (await hub.desk.expire(made.id)).fase == "afgesloten"


async def test_again_is_no_answer_to_an_unknown_post_after_the_end(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    await proefnet.storing("stad", "plat", seconden=60)
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie
    [post] = await rows(hub, made.id, "stad", "publiceren")
    far = hub.clock.now() + timedelta(minutes=1)

    def unknown(session: Session) -> None:
        row = update(BezorgingRij).where(BezorgingRij.id == post.id)
        session.execute(row.values(staat="onbekend", klaar_op=far, fence=BezorgingRij.fence + 1))

    await hub.db.write(unknown)
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    with pytest.raises(Conflict):
        await melden.answer_bezorging(hub.desk, post.id, "opnieuw", MELDKAMER)
    receipt = await hub.desk.receipt(made.id, MELDKAMER)
    assert [p.staat for p in receipt.plaatsen if p.naam == "proef-stad"] == ["zichtbaar"]
    assert not receipt.compleet


async def test_a_post_that_never_left_goes_out_once_with_the_corrected_words(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await proefnet.storing("stad", "429", aantal=1, seconden=1)
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie

    async def waiting() -> bool:
        [post] = await rows(hub, made.id, "stad", "publiceren")
        return post.staat == "wachtrij" and post.pogingen > 0

    async def posted() -> bool:
        return bool(await proefnet.berichten("stad"))

    await until(waiting)
    await hub.desk.correct(made.id, {"titel": "Sanne (9) vermist, rode jas"}, MELDKAMER)
    await until(posted)
    [post] = await proefnet.berichten("stad")
    assert "rode jas" in post["tekst"]
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 1


async def test_a_correction_while_publishing_is_in_every_post(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    made = (await hub.desk.open(een_invoer(), MELDKAMER)).actie
    for number in range(4):
        correcting = asyncio.create_task(hub.desk.correct(made.id, {"titel": f"Sanne vermist {number}"}, MELDKAMER))
        if number == 3:
            await hub.desk.publish(made.id, MELDKAMER)
        await correcting

    async def corrected() -> bool:
        posts = await proefnet.berichten("stad")
        return [post for post in posts if "Sanne vermist 3" in post["tekst"]] == posts != []

    await until(corrected)


async def test_a_smaller_area_takes_the_actie_off_the_schermen_outside_it(hub: Hub) -> None:
    elders = SchermInvoer("Amersfoort", "GM0307", None, 1080, 1920, "station")
    scherm, _ = await register_scherm(hub.desk, elders, Wie("adviseur", "adviseur"))
    made = (
        await hub.desk.open(een_invoer(publiceren=True, gemeenten=("GM0344", "GM0307"), cirkel=None), MELDKAMER)
    ).actie
    [state] = [state for state in hub.screens.states() if state.scherm.id == scherm.id]
    assert state.stand.soort == "actief"
    await hub.desk.correct(made.id, {"gemeenten": ("GM0344",)}, MELDKAMER)
    assert state.stand.soort != "actief"


async def test_an_answer_of_a_network_is_kept_while_the_disk_is_full(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await proefnet.storing("stad", "traag", seconden=0.5)
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie

    async def sending() -> bool:
        return (await rows(hub, made.id, "stad", "publiceren"))[0].id in hub.worker._sender.begonnen

    async def posted() -> bool:
        return bool(await proefnet.berichten("stad"))

    async def known() -> bool:
        return (await rows(hub, made.id, "stad", "publiceren"))[0].staat == "verzonden"

    full = "CREATE TRIGGER vol BEFORE UPDATE ON bezorging BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    await until(sending)
    await hub.db.write(lambda s: s.execute(text(full)))
    await until(posted)
    await hub.db.write(lambda s: s.execute(text("DROP TRIGGER vol")))
    await until(known)
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 1


async def test_an_exercise_on_a_kanaal_that_became_real_is_a_task_and_stays_on_the_receipt(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    made = (await hub.desk.open(een_invoer(oefening=True, publiceren=True), MELDKAMER)).actie

    async def posted() -> bool:
        return (await rows(hub, made.id, "stad", "publiceren"))[0].staat == "verzonden"

    async def asked() -> bool:
        return (await rows(hub, made.id, "stad", "intrekken"))[0].staat == "taak"

    await until(posted)
    await hub.db.write(lambda s: s.execute(update(KanaalRij).where(KanaalRij.naam == "proef-stad").values(echt=True)))
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    await until(asked)
    receipt = await hub.desk.receipt(made.id, MELDKAMER)
    assert [p.staat for p in receipt.plaatsen if p.naam == "proef-stad"] == ["taak"]


async def test_a_withdrawal_after_the_close_replaces_the_closing_message(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie

    async def posted() -> bool:
        return bool(await proefnet.berichten("stad"))

    async def closed() -> bool:
        return [row.staat for row in await rows(hub, made.id, "stad", "sluiten")] == ["verzonden"]

    async def replaced() -> bool:
        return [row.staat for row in await rows(hub, made.id, "stad", "sluiten")] == ["verzonden", "verzonden"]

    await until(posted)
    await hub.desk.close(made.id, MELDKAMER)
    await until(closed)
    [eerste] = await rows(hub, made.id, "stad", "sluiten")
    await hub.desk.withdraw(made.id, "fout", MELDKAMER)
    await until(replaced)
    [bericht] = await proefnet.berichten("stad")
    tweede = (await rows(hub, made.id, "stad", "sluiten"))[1]
    assert bericht["tekst"] == tweede.tekst != eerste.tekst
    receipt = await hub.desk.receipt(made.id, MELDKAMER)
    assert [p.staat for p in receipt.plaatsen if p.naam == "proef-stad (eerder slotbericht)"] == ["verdwenen"]


async def test_a_correction_that_chooses_another_kanaal_posts_there_and_only_there(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    made = (await hub.desk.open(een_invoer(publiceren=True, kanalen=("proef-stad",)), MELDKAMER)).actie

    async def posted() -> bool:
        return bool(await proefnet.berichten("stad"))

    async def joined() -> bool:
        return bool(await proefnet.berichten("regio"))

    await until(posted)
    with pytest.raises(Ongeldig):
        await hub.desk.correct(made.id, {"kanalen": ("proef-stad", "bestaat-niet")}, MELDKAMER)
    await hub.desk.correct(made.id, {"kanalen": ("proef-stad", "proef-regio")}, MELDKAMER)
    await until(joined)
    [nieuw] = await rows(hub, made.id, "regio", "publiceren")
    assert (nieuw.versie, nieuw.doet) == (2, "maakt")
    assert nieuw.link in (await proefnet.berichten("regio"))[0]["tekst"]
    assert await rows(hub, made.id, "burgers", "publiceren") == []
    await hub.desk.withdraw(made.id, "gevonden", MELDKAMER)
    assert len(await rows(hub, made.id, "regio", "intrekken")) == 1


async def test_a_larger_area_brings_in_the_kanalen_and_schermen_of_that_area(hub: Hub) -> None:
    elders = SchermInvoer("Amersfoort", "GM0307", None, 1080, 1920, "station")
    scherm, _ = await register_scherm(hub.desk, elders, Wie("adviseur", "adviseur"))
    gebied = update(KanaalRij).where(KanaalRij.naam == "proef-burgers").values(gebied="GM0307")
    await hub.db.write(lambda s: s.execute(gebied))
    made = (await hub.desk.open(een_invoer(publiceren=True, cirkel=None), MELDKAMER)).actie
    assert await rows(hub, made.id, "burgers", "publiceren") == []
    await hub.desk.correct(made.id, {"gemeenten": ("GM0344", "GM0307")}, MELDKAMER)
    [nieuw] = await rows(hub, made.id, "burgers", "publiceren")
    assert nieuw.versie == 2
    [state] = [state for state in hub.screens.states() if state.scherm.id == scherm.id]
    assert state.stand.soort == "actief"
