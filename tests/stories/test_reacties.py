"""Replies under a post about a missing person, on the simulated network: limited by itself, however it misbehaves."""

from hub.acties.model import Persoon
from hub.commands.proces import Hub
from hub.tracking import nazorg
from tests.builders import een_invoer
from tests.stories.conftest import ACCOUNTS, Proefnet, Until
from tests.stories.test_delivery import MELDKAMER, opened, states


async def answers(proefnet: Proefnet, account: str) -> int:
    """What a stranger hears who answers the newest post of this account; 0 while there is none."""
    posts = await proefnet.berichten(account)
    if not posts:
        return 0
    url = f"{proefnet.url}/api/accounts/{account}/posts/{posts[0]['id']}/replies"
    async with proefnet.session.post(url, json={"van": "Een vreemde", "tekst": "Ik weet iets"}) as answer:
        return answer.status


async def test_under_a_missing_person_a_stranger_can_soon_not_answer(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    await opened(hub)

    async def closed() -> bool:
        return {await answers(proefnet, account) for account in ACCOUNTS} == {403}

    await until(closed)


async def test_a_network_that_is_too_busy_to_close_replies_does_so_later_and_the_post_stands(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    actie_id = await opened(hub)

    async def posted() -> bool:
        return (await states(hub, actie_id, "publiceren"))["stad"] == "verzonden"

    await until(posted)
    await proefnet.storing("stad", "429", aantal=2, seconden=0.1)

    async def closed() -> bool:
        return await answers(proefnet, "stad") == 403

    await until(closed)
    assert await posted()
    assert (await proefnet.tellingen("stad"))["gemaakt"] == 1


async def test_under_an_actie_about_a_thing_anyone_may_go_on_answering(
    hub: Hub, proefnet: Proefnet, until: Until
) -> None:
    invoer = een_invoer(type="diefstal-voertuig", titel="Rode bestelbus gestolen", persoon=Persoon(), publiceren=True)
    actie_id = (await hub.desk.open(invoer, MELDKAMER)).actie.id

    async def posted() -> bool:
        return set((await states(hub, actie_id, "publiceren")).values()) == {"verzonden"}

    await until(posted)
    assert await hub.moderator.run_once() == 0
    assert await hub.db.read(lambda s: nazorg.to_close(s, hub.clock.now())) == []
    assert await answers(proefnet, "stad") == 201
