"""What leaves with the commit of a start."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from hub.delivery.claim import claim_first
from hub.delivery.meteen import Straks
from hub.delivery.model import Bezorging
from hub.kanalen import abonnees
from hub.kanalen import store as kanalen
from hub.kanalen.model import KanaalInvoer
from hub.kit.config import Config
from hub.kit.db import Db
from hub.kit.secrets import Vault
from hub.toegang.model import Wie
from tests.builders import NU, Klok, een_invoer
from tests.contracts.wire import free_port
from tests.web.huis import maak_deps


class Ziet(Straks):
    """Asks which posts may begin at the moment that they are taken, somewhat later than they were planned."""

    begint: Sequence[str] = ()

    def take(self, session: Session, posts: Sequence[Bezorging]) -> None:
        later = NU + timedelta(seconds=1)
        self.begint = [post.kanaal for post in claim_first(session, later, {}, 2, posts)]


async def test_a_post_does_not_wait_behind_its_own_subscribers(db: Db, vault: Vault, klok: Klok) -> None:
    bot = {
        "token": "123:AAbedacht",
        "chatId": "@x",
        "abonnees": "ophalen",
        "basisUrl": f"http://127.0.0.1:{free_port()}",
    }
    db.write_sync(lambda s: kanalen.save(s, vault, KanaalInvoer("bot", "telegram", bot), NU))
    db.write_sync(lambda s: abonnees.follow(s, vault, "bot", "77", "GM0344", NU))
    desk, rit = maak_deps(db, vault, klok, Config()).desk, Ziet(db)
    desk.meteen = lambda _rekeningen: rit
    await desk.open(een_invoer(publiceren=True), Wie(naam="bench", rol="meldkamer"))
    assert rit.begint == ["bot"]
