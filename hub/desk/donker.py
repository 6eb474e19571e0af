"""How long it took before nothing was to be seen any more: from the end of an actie to the end of each place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.content import Plaats


@dataclass(frozen=True, slots=True)
class Duur:
    """Seconds within which half (`p50`) and 95 of every 100 places (`p95`) were dark; None without any place."""

    p50: float | None = None
    p95: float | None = None
    aantal: int = 0


@dataclass(frozen=True, slots=True)
class TotDonker:
    """Over all places, and per soort of place."""

    alle: Duur = Duur()
    per_soort: Mapping[str, Duur] = field(default_factory=dict)


def tot_donker(plaatsen: Iterable[Plaats], beeindigd_op: datetime | None) -> TotDonker:
    """The figures of the places that are dark now. A scherm that never showed the actie did not go dark."""
    if beeindigd_op is None:
        return TotDonker()
    seconds: dict[str, list[float]] = {}
    for plaats in plaatsen:
        if plaats.staat == "verdwenen" and plaats.verdwenen_op is not None and plaats.bewijs != "nooit":
            took = (plaats.verdwenen_op - beeindigd_op).total_seconds()
            seconds.setdefault(plaats.soort, []).append(max(0.0, took))
    everything = [value for values in seconds.values() for value in values]
    return TotDonker(_duur(everything), {soort: _duur(values) for soort, values in seconds.items()})


def _duur(seconds: Sequence[float]) -> Duur:
    """By nearest rank: each figure is that of a real place."""
    ranked = sorted(seconds)
    if not ranked:
        return Duur()
    return Duur(_rank(ranked, 50), _rank(ranked, 95), len(ranked))


def _rank(ranked: Sequence[float], percent: int) -> float:
    return round(ranked[-(-len(ranked) * percent // 100) - 1], 3)
