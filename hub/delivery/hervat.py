"""Edits that did not come about while their actie waited for a person, once more and with the words of today."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.delivery.model import Plan
from hub.delivery.rules import next_state
from hub.delivery.tables import BezorgingRij
from hub.kit.db import signal

NIET_GEDAAN = ("wachtrij", "geparkeerd", "vervallen")


def hervat(session: Session, plans: Iterable[Plan], now: datetime) -> None:
    """Queue the edits among these plans of which a row exists that was not carried out.

    After a restore: such an edit lapsed when its turn came before the actie was confirmed, or would show a photo that
    is no more, and `plan` writes no second row of the same versie.
    """
    for item in plans:
        if (item.soort, item.doet) != ("corrigeren", "wijzigt"):
            continue
        rij = BezorgingRij
        same = (rij.actie_id == item.actie_id, rij.versie == item.versie, rij.kanaal == item.kanaal)
        edit = (rij.doel == item.doel, rij.soort == item.soort, rij.doet == item.doet, rij.staat.in_(NIET_GEDAAN))
        if (row := session.scalar(select(rij).where(*same, *edit))) is None:
            continue
        if row.staat != "wachtrij":
            row.staat = next_state(row.doet, row.staat, "hervat" if row.staat == "vervallen" else "opnieuw")
        row.tekst, row.beeld = item.tekst, json.dumps(asdict(item.beeld)) if item.beeld else ""
        row.fence, row.klaar_op, row.fout = row.fence + 1, now, ""
        signal(session, "bezorging", row.id)
