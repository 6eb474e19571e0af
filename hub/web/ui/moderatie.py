"""Replies under the posts of one actie: how it stands with them per kanaal, and which ones can be hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.acties.model import Actie
from hub.content import OVER_PERSOON, moderaties
from hub.delivery import store as delivery
from hub.delivery.model import Bezorging
from hub.kanalen import store as kanalen
from hub.kanalen.accounts import Rekening
from hub.kit.clock import nl_time
from hub.tracking import nazorg, reacties
from hub.tracking.nazorg import DICHT, GEWEIGERD, Nazorg
from hub.tracking.reacties import Antwoord
from hub.web.deps import Deps
from hub.web.ui.woorden import Teken

NIETS = Teken("let-op", "Op dit netwerk kunt u reacties niet sluiten of verbergen.", "let-op")
MET_DE_HAND = Teken("hand", "U plaatst hier met de hand. Sluit of verberg reacties op het netwerk zelf.", "rust")
KAPOT = Teken("let-op", "De instellingen van dit kanaal kloppen niet. Sluiten of verbergen lukt nu niet.", "let-op")
ALLEEN_VERBERGEN = Teken("oog", "Reacties sluiten kan op dit netwerk niet. Een reactie verbergen kan wel.", "let-op")
GEEN_PERSOON = Teken("oog", "Reacties staan open: deze actie gaat niet over een vermist persoon.", "rust")
BEZIG = Teken("klok", "De hub sluit de reacties.", "bezig")


@dataclass(frozen=True, slots=True)
class KanaalReacties:
    """One kanaal: how it stands with the replies there, in words, and the replies that were read."""

    kanaal: str
    teken: Teken
    verbergen: bool
    antwoorden: tuple[Antwoord, ...]


async def read(deps: Deps, actie: Actie) -> tuple[KanaalReacties, ...]:
    """Every kanaal of this actie that has a post out, or had replies."""

    def work(session: Session) -> tuple[dict[str, list[Nazorg]], list[Antwoord], list[str]]:
        posts = _visible(delivery.of_actie(session, actie.id))
        found = nazorg.of_posts(session, [post.id for post in posts])
        stand: dict[str, list[Nazorg]] = {}
        for post in posts:
            stand.setdefault(post.kanaal, []).append(found[post.id])
        replies = reacties.antwoorden(session, actie.id)
        for reply in replies:
            stand.setdefault(reply.kanaal, [])
        return stand, replies, [naam for naam in stand if kanalen.get(session, naam) is not None]

    stand, replies, known = await deps.db.read(work)
    accounts = await deps.accounts.load(known) if known else {}
    return tuple(
        KanaalReacties(
            kanaal=naam,
            teken=_teken(accounts.get(naam), stand[naam], over_persoon=actie.type in OVER_PERSOON),
            verbergen="verbergen" in _kan(accounts.get(naam)),
            antwoorden=tuple(reply for reply in replies if reply.kanaal == naam),
        )
        for naam in sorted(stand)
    )


def _visible(rows: Sequence[Bezorging]) -> list[Bezorging]:
    """Posts that are out and are not being taken away."""
    leaving = {row.van_id for row in rows if row.soort == "intrekken"}
    return [row for row in rows if row.doet == "maakt" and row.staat == "verzonden" and row.id not in leaving]


def _kan(account: Rekening | Exception | None) -> tuple[str, ...]:
    return moderaties(account.channel) if isinstance(account, Rekening) else ()


def _teken(account: Rekening | Exception | None, posts: Sequence[Nazorg], *, over_persoon: bool) -> Teken:
    """How it stands with the replies on one kanaal."""
    if not isinstance(account, Rekening):
        return KAPOT
    if getattr(account.channel, "handmatig", False):
        return MET_DE_HAND
    kan = moderaties(account.channel)
    if "sluiten" not in kan:
        return ALLEEN_VERBERGEN if kan else NIETS
    if not over_persoon or not posts:
        return GEEN_PERSOON if not over_persoon else Teken("streep", "Er staat geen bericht meer.", "rust")
    for post in posts:
        if post.staat == GEWEIGERD:
            return Teken("kruis", f"Het netwerk sloot de reacties niet. {post.fout}", "alarm")
    if waiting := [post for post in posts if post.staat != DICHT]:
        failed = next((post.fout for post in waiting if post.fout), "")
        return Teken("klok", f"Sluiten lukte nog niet; de hub gaat door. {failed}", "let-op") if failed else BEZIG
    since = max(post.dicht_op for post in posts if post.dicht_op is not None)
    return Teken("vink", f"Reacties zijn gesloten of beperkt sinds {nl_time(since)}.")
