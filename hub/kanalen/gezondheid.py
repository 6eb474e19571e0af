"""What an account said when it was asked, and what will go wrong soon: told before anybody needs the kanaal. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.kanalen.budget import Budget, bedrag
from hub.kit.clock import nl_moment

BINNENKORT = timedelta(days=14)
STIL = timedelta(hours=6)
KRAP = 0.2
"""Below this share of the money of a month, or of the posts an account may make now, it is time to say so."""


@dataclass(frozen=True, slots=True)
class Controle:
    """The last answer: when, the name of the account, until when its key holds, and why it does not let us in."""

    op: datetime | None = None
    account: str = ""
    geldig_tot: datetime | None = None
    mist: str = ""


@dataclass(frozen=True, slots=True)
class Ruimte:
    """How many posts an account may still make now, out of how many."""

    over: int
    van: int


def warnings(controle: Controle, budget: Budget | None, ruimte: Ruimte | None, now: datetime) -> tuple[str, ...]:
    """What will stop this kanaal soon, in sentences; empty when nothing will, as far as anybody can tell."""
    found = [_expiry(controle.geldig_tot, now), _silence(controle.op, now), _room(ruimte), _money(budget)]
    return tuple(sentence for sentence in found if sentence)


def _expiry(until: datetime | None, now: datetime) -> str:
    if until is None or until - now > BINNENKORT:
        return ""
    if until <= now:
        return f"De sleutel is verlopen op {_day(until)}. Maak een nieuwe en vul die hier in."
    days = (until - now).days
    rest = f"over {days} dagen" if days > 1 else "binnen twee dagen"
    return f"De sleutel verloopt op {_day(until)}, {rest}. Maak nu een nieuwe en vul die hier in."


def _silence(asked: datetime | None, now: datetime) -> str:
    if asked is None or now - asked < STIL:
        return ""
    return f"Het netwerk gaf sinds {_day(asked)} geen antwoord op een controle. Kijk of het werkt."


def _room(ruimte: Ruimte | None) -> str:
    if ruimte is None or ruimte.over >= ruimte.van * KRAP:
        return ""
    return f"Dit account mag nu nog {ruimte.over} van de {ruimte.van} berichten plaatsen; daarna wacht de rest even."


def _money(budget: Budget | None) -> str:
    limit = budget.kosten.per_maand if budget is not None else None
    if budget is None or limit is None or limit - budget.uitgegeven >= limit * KRAP:
        return ""
    left = bedrag(max(0, limit - budget.uitgegeven))
    return f"Van het budget van deze maand is nog {left} van {bedrag(limit)} dollar over."


def _day(moment: datetime) -> str:
    return nl_moment(moment)[:10]
