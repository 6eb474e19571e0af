"""Builders for tests of tracking: an actie as a row, its links, and headers as browsers send them."""

from datetime import datetime

from sqlalchemy.orm import Session

from hub.acties.tables import ActieRij
from hub.kit.db import Db, signal
from hub.tracking.links import mint
from tests.builders import NU

ACTIE = "0195f0c0-0000-7000-8000-000000000001"
PAGINA = "https://hub.example/a/K7M2QX"

PHONE = (
    b"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    b"Version/18.5 Mobile/15E148 Safari/604.1"
)
LAPTOP = b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36"


def browser(agent: bytes = PHONE, **anders: bytes) -> dict[bytes, bytes]:
    """Headers of a person who opens a link; `sec_fetch_user=b""` replaces one of them."""
    headers = {
        b"user-agent": agent,
        b"sec-fetch-mode": b"navigate",
        b"sec-fetch-dest": b"document",
        b"sec-fetch-user": b"?1",
    }
    return headers | {naam.replace("_", "-").encode(): waarde for naam, waarde in anders.items()}


def add_actie(session: Session, id: str = ACTIE, code: str = "K7M2QX", fase: str = "actief", nummer: int = 1) -> str:
    """A running actie, as far as tracking looks at it."""
    session.add(
        ActieRij(
            id=id,
            code=code,
            nummer=nummer,
            kenmerk=f"MN-{nummer}",
            soort="tijdkritisch",
            type="vermist-persoon",
            niveau="regionaal",
            gemeente="GM0344",
            veiligheidsregio="VR09",
            oefening=False,
            fase=fase,
            looptijd_minuten=60,
            gemaakt_door="test",
            gemaakt_op=NU,
        )
    )
    session.flush()
    return id


def add_link(
    db: Db,
    naam: str = "proef-x",
    *,
    plek: str = "kanaal",
    generatie: int = 1,
    herkomst: str = "",
    now: datetime = NU,
) -> str:
    """The code of a link of the one actie."""
    return db.write_sync(
        lambda session: mint(
            session,
            actie_id=ACTIE,
            plek=plek,
            naam=naam,
            doel_url=PAGINA,
            now=now,
            generatie=generatie,
            herkomst=herkomst,
        )
    )


def end(session: Session) -> None:
    """Withdraw the actie the way the desk does: phase and signal in one transaction."""
    row = session.get(ActieRij, ACTIE)
    assert row is not None
    row.fase = "ingetrokken"
    signal(session, "actie", ACTIE)
