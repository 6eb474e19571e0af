"""What posts on a kanaal cost and whether the money of this month allows one more. Pure.

A netwerk that bills per post lists the settings in `NAMEN`. Amounts are whole thousandths, so that they add up. Only
the first post of an actie is stopped by a budget: corrections, closing messages and removals always go.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, DecimalException
from typing import Literal, get_args

from hub.kit.clock import AMSTERDAM

Link = Literal["altijd", "als het past", "nooit"]
ZONDER, MET, PER_MAAND, LINK = NAMEN = ("kostenZonderLink", "kostenMetLink", "budgetPerMaand", "linkInTekst")
GEEN_GRENS = "geen"


@dataclass(frozen=True, slots=True)
class Kosten:
    """What one post costs without and with a link in its text, and what a month may cost; None: no limit."""

    zonder: int
    met: int
    per_maand: int | None
    link: Link


@dataclass(frozen=True, slots=True)
class Budget:
    """Where a kanaal stands this month: what was spent, and how much of the month is over with today included."""

    kosten: Kosten
    uitgegeven: int
    deel: float

    @property
    def link(self) -> bool:
        """Whether a link may go along. With `als het past` not while more was spent than befits this day."""
        grens, kosten = self.kosten.per_maand, self.kosten
        if kosten.link != "als het past" or grens is None:
            return kosten.link != "nooit"
        return self.uitgegeven + kosten.met <= grens * self.deel

    def prijs(self, met_link: bool) -> int:
        """What this post costs."""
        return self.kosten.met if met_link else self.kosten.zonder

    def past(self, prijs: int) -> bool:
        """Whether the money of this month allows it."""
        return self.kosten.per_maand is None or self.uitgegeven + prijs <= self.kosten.per_maand

    @property
    def op(self) -> bool:
        """Whether not even the cheapest post of an actie fits any more."""
        return not self.past(self.prijs(self.link))

    @property
    def zin(self) -> str:
        """How it stands, in a sentence for people."""
        spent = f"Deze maand {bedrag(self.uitgegeven)} uitgegeven"
        if self.kosten.per_maand is None:
            return f"{spent}; er is geen grens ingesteld."
        stand = f"{spent} van {bedrag(self.kosten.per_maand)} dollar."
        if self.op:
            return f"Budget op. {stand} {OP}"
        if self.kosten.link == "als het past" and not self.link:
            return f"{stand} Het budget is krap: berichten gaan zonder link, met de QR-code in het beeld."
        return stand


OP = "Nieuwe acties gaan er niet meer naartoe; wijzigen, slotberichten en weghalen gaan door."


def read(instellingen: Mapping[str, str]) -> Kosten | None:
    """The costs in the settings of a kanaal, or None where its netwerk does not bill; raises ValueError on nonsense."""
    if any(naam not in instellingen for naam in NAMEN):
        return None
    if found := faults(instellingen):
        raise ValueError(found[0])
    limit = instellingen[PER_MAAND].strip().lower()
    link: Link = next(word for word in get_args(Link) if word == instellingen[LINK].strip().lower())
    return Kosten(
        _amount(instellingen[ZONDER]),
        _amount(instellingen[MET]),
        None if limit == GEEN_GRENS else _amount(limit),
        link,
    )


def faults(instellingen: Mapping[str, str]) -> list[str]:
    """Sentences about what was filled in wrong."""
    found = []
    for naam in (ZONDER, MET, PER_MAAND):
        value = instellingen.get(naam, "").strip().lower()
        if value and not (naam == PER_MAAND and value == GEEN_GRENS):
            try:
                _amount(value)
            except ValueError:
                found.append(f"`{naam}`: vul een bedrag in, bijvoorbeeld 50 of 0,03.")
    if (value := instellingen.get(LINK, "")) and value.strip().lower() not in get_args(Link):
        found.append(f"`{LINK}`: kies uit {', '.join(get_args(Link))}.")
    return found


def month(now: datetime) -> tuple[datetime, datetime]:
    """The begin of this calendar month in the Netherlands, and that of the next."""
    here = now.astimezone(AMSTERDAM)
    first = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    return first.astimezone(UTC), (first + timedelta(days=_days(here))).astimezone(UTC)


def stand(kosten: Kosten, uitgegeven: int, now: datetime) -> Budget:
    """The budget of a kanaal at this moment."""
    here = now.astimezone(AMSTERDAM)
    return Budget(kosten, uitgegeven, here.day / _days(here))


def bedrag(duizendsten: int) -> str:
    """An amount as the Dutch write it: 12,35."""
    return f"{duizendsten / 1000:.2f}".replace(".", ",")


def _days(here: datetime) -> int:
    return monthrange(here.year, here.month)[1]


def _amount(value: str) -> int:
    try:
        amount = Decimal(value.strip().replace(",", ".")) * 1000
    except DecimalException:
        raise ValueError(value) from None
    if not amount.is_finite() or not 0 <= amount < 10**9:
        raise ValueError(value)
    return int(amount.to_integral_value())
