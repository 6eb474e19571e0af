"""What readers do on the page (seen, share pressed, question answered), without anything about them."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hub.tracking.tables import GebeurtenisRij

SOORTEN: Final = ("gezien", "deelintentie", "bron")


def note_gebeurtenis(
    session: Session, *, id: str, actie_id: str, soort: str, waarde: str, link_code: str, now: datetime
) -> bool:
    """Keep one event; the same `id` again (a retry, a double press) changes nothing and gives False."""
    if soort not in SOORTEN:
        raise ValueError(f"soort is een van {', '.join(SOORTEN)}, niet {soort!r}.")
    if session.get(GebeurtenisRij, id) is not None:
        return False
    session.add(GebeurtenisRij(id=id, actie_id=actie_id, soort=soort, waarde=waarde[:40], link_code=link_code, op=now))
    session.flush()
    return True
