"""Gauges for Prometheus, made from one measurement at the moment of asking; no actie, kanaal or scherm is a label."""

import math
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hub.desk.toestand import Toestand


class _Meters(Collector):
    def __init__(self, toestand: Toestand) -> None:
        self._toestand = toestand

    def collect(self) -> Iterator[Metric]:
        """The gauges of this one measurement."""
        meting = self._toestand.meting
        per_staat = GaugeMetricFamily("actiehub_bezorgingen", "Bezorgingen per staat.", labels=["staat"])
        for staat, aantal in meting.cijfers.bezorgingen.items():
            per_staat.add_metric([staat], aantal)
        yield per_staat
        values = {punt.naam: punt.waarde or 0.0 for punt in self._toestand.punten}
        stil = math.inf if meting.bezorger_stil is None else meting.bezorger_stil
        for naam, uitleg, waarde in (
            ("intrekkingen_open", "Berichten die weg moeten en er nog kunnen staan.", values["intrekkingen"]),
            ("oudste_wachtend_seconden", "Hoe lang de oudste bezorging op haar beurt wacht.", values["wachtrij"]),
            ("worker_stil_seconden", "Tijd sinds de laatste ronde van de bezorger; +Inf als hij niet begon.", stil),
            ("wal_bytes", "Omvang van het schrijflogboek van de database.", meting.wal),
            ("alarmen", "Controles die nu een alarm zijn.", self._toestand.alarmen),
        ):
            yield GaugeMetricFamily(f"actiehub_{naam}", uitleg, value=waarde)


def meters(toestand: Toestand) -> bytes:
    """The gauges in the text form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Meters(toestand))
    return generate_latest(registry)
