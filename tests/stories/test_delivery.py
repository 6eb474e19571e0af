"""What happens to bezorgingen on good and bad days, told by what stands on the simulated network."""

from hub.commands.proces import Hub
from hub.delivery import store as delivery
from hub.toegang.model import Wie
from tests.builders import een_invoer
from tests.stories.conftest import ACCOUNTS, Proefnet, Until

MELDKAMER = Wie("meldkamer", "meldkamer")


async def states(hub: Hub, actie_id: str, soort: str) -> dict[str, str]:
    """State per kanaal of one soort of bezorging."""
    rows = await hub.db.read(lambda s: delivery.of_actie(s, actie_id))
    return {row.kanaal.removeprefix("proef-"): row.staat for row in rows if row.soort == soort}


async def opened(hub: Hub) -> str:
    """Start an actie and return its id."""
    return (await hub.desk.open(een_invoer(publiceren=True), MELDKAMER)).actie.id


async def test_an_actie_becomes_one_post_on_every_network(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    actie_id = await opened(hub)

    async def posted() -> bool:
        return set((await states(hub, actie_id, "publiceren")).values()) == {"verzonden"}

    await until(posted)
    for account in ACCOUNTS:
        [post] = await proefnet.berichten(account)
        assert "112" in post["tekst"]
        assert "http://127.0.0.1:8000/" in post["tekst"]


async def test_a_lost_answer_is_looked_up_and_never_posted_again(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    await proefnet.storing("stad", "antwoord-kwijt", aantal=1)
    actie_id = await opened(hub)

    async def settled() -> bool:
        return (await states(hub, actie_id, "publiceren"))["stad"] == "verzonden"

    await until(settled)
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 1


async def test_a_busy_network_is_asked_again_until_it_takes_the_post(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await proefnet.storing("regio", "429", aantal=2, seconden=0.1)
    actie_id = await opened(hub)

    async def settled() -> bool:
        return (await states(hub, actie_id, "publiceren"))["regio"] == "verzonden"

    await until(settled)
    assert (await proefnet.tellingen("regio"))["gemaakt"] == 1


async def test_a_network_that_is_down_holds_up_no_other(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    await proefnet.storing("stad", "plat", seconden=60)
    actie_id = await opened(hub)

    async def others() -> bool:
        found = await states(hub, actie_id, "publiceren")
        return found["burgers"] == found["regio"] == "verzonden"

    await until(others)
    assert (await states(hub, actie_id, "publiceren"))["stad"] != "verzonden"


async def test_a_withdrawal_removes_every_post_and_leaves_one_closing_message_without_name(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await opened(hub)

    async def posted() -> bool:
        return set((await states(hub, actie_id, "publiceren")).values()) == {"verzonden"}

    await until(posted)
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)

    async def closed() -> bool:
        return set((await states(hub, actie_id, "sluiten")).values()) == {"verzonden"}

    await until(closed)
    for account in ACCOUNTS:
        [closing] = await proefnet.berichten(account)
        assert "Sanne" not in closing["tekst"]
        assert "gevonden" in closing["tekst"].lower()
        assert (await proefnet.tellingen(account))["verwijderd"] == 1


async def test_a_post_that_never_left_is_cancelled_without_a_trace(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    await proefnet.storing("stad", "plat", seconden=60)
    actie_id = await opened(hub)

    async def others() -> bool:
        found = await states(hub, actie_id, "publiceren")
        return found["burgers"] == found["regio"] == "verzonden" and found["stad"] == "wachtrij"

    await until(others)
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)
    await proefnet.storing("stad", "geen")

    async def quiet() -> bool:
        closing = await states(hub, actie_id, "sluiten")
        return closing["burgers"] == closing["regio"] == "verzonden" and closing.get("stad", "vervallen") == "vervallen"

    await until(quiet)
    assert (await states(hub, actie_id, "publiceren"))["stad"] == "vervallen"
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 0


async def test_a_post_whose_answer_got_lost_is_found_and_removed_after_the_withdrawal(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await proefnet.storing("stad", "antwoord-kwijt", aantal=1)
    actie_id = await opened(hub)

    async def unknown() -> bool:
        return (await proefnet.tellingen("stad"))["gemaakt"] == 1

    await until(unknown)
    await hub.desk.withdraw(actie_id, "gevonden", MELDKAMER)

    async def gone() -> bool:
        return (await states(hub, actie_id, "intrekken"))["stad"] == "verzonden"

    await until(gone)
    assert all("Sanne" not in post["tekst"] for post in await proefnet.berichten("stad"))


async def test_a_correction_edits_the_post_in_place(hub: Hub, proefnet: Proefnet, until: Until) -> None:
    actie_id = await opened(hub)

    async def posted() -> bool:
        return set((await states(hub, actie_id, "publiceren")).values()) == {"verzonden"}

    await until(posted)
    await hub.desk.correct(actie_id, {"signalement": "Rode regenjas, groene rugzak."}, MELDKAMER, "kleur jas")

    async def corrected() -> bool:
        return set((await states(hub, actie_id, "corrigeren")).values()) == {"verzonden"}

    await until(corrected)
    for account in ACCOUNTS:
        [post] = await proefnet.berichten(account)
        assert "Rode regenjas" in post["tekst"]
