"""The sources of config.yaml are read at their own pace."""

import json
from pathlib import Path

from hub.acties import store
from hub.desk.desk import Desk
from hub.intake.lezer import Bronlezer
from hub.kit.config import Bron, Config
from hub.kit.db import Db
from tests.builders import Klok

SAMPLE = Path(__file__).parents[2] / "hub" / "feeds" / "voorbeeld" / "acties-open.json"


def source(naam: str, path: Path, seconds: int) -> Bron:
    return Bron(naam=naam, soort="actions", url=str(path), interval_seconden=seconds)


async def test_each_source_is_read_when_it_is_due(desk: Desk, db: Db, klok: Klok, tmp_path: Path) -> None:
    file = tmp_path / "feed.json"
    file.write_text(json.dumps(json.loads(SAMPLE.read_bytes())["actions"][:2]))
    config = Config(bronnen=(source("weg", tmp_path / "weg.json", 10), source("hier", file, 60)))
    lezer = Bronlezer(desk, db, config, klok)

    async def tick() -> list[tuple[str, str]]:
        return [(summary.uitkomst.bron, summary.uitkomst.stand) for summary in await lezer.tick()]

    assert await tick() == [("weg", "niet-bereikbaar"), ("hier", "goed")]
    assert await tick() == []
    klok.verder(seconds=10)
    assert await tick() == [("weg", "niet-bereikbaar")]
    klok.verder(seconds=50)
    assert await tick() == [("weg", "niet-bereikbaar"), ("hier", "goed")]
    assert len(db.read_sync(store.find_many)) == 2
