"""A stranger's script against the real hub: starts its commands as processes, asks over HTTP, waits with a deadline."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import httpx
import pytest
import yaml
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]
ROLLEN = ("meldkamer", "adviseur", "lezer", "beheerder")
CODE = re.compile(r"(?:[A-Z]+|[a-z]+)://[^/\s]+/([0-9A-HJKMNP-TV-Z]{8})\b")
ROZE = (250, 0, 200)
MENS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Language": "nl",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-User": "?1",
}
"""What the browser of a person sends along when it opens a link."""

T = TypeVar("T")
_volgnummer = count(1)


def until(gebeurd: Callable[[], T], wat: str, seconden: float = 40) -> T:
    """The first truthy answer of `gebeurd`; fails with `wat` once the deadline has passed."""
    einde = time.monotonic() + seconden
    while not (antwoord := gebeurd()):
        if time.monotonic() > einde:
            pytest.fail(f"Na {seconden} s nog niet: {wat}")
        Event().wait(0.05)
    return antwoord


def _omgeving() -> dict[str, str]:
    return {naam: waarde for naam, waarde in os.environ.items() if naam != "HUB_CONFIG"}


def opdracht(*woorden: object) -> "subprocess.CompletedProcess[str]":
    """Run `hub WOORDEN` to its end, as someone at a terminal would."""
    line = [sys.executable, "-m", "hub", *map(str, woorden)]
    return subprocess.run(line, cwd=ROOT, env=_omgeving(), capture_output=True, text=True, timeout=60, check=False)


def gelukt(*woorden: object) -> str:
    """The same, for a command that must succeed; its stdout."""
    done = opdracht(*woorden)
    assert done.returncode == 0, f"hub {woorden} gaf {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def bereikbaar(url: str) -> bool:
    """Whether anything still listens at this address."""
    adres = httpx.URL(url)
    with socket.socket() as probe:
        return probe.connect_ex((adres.host, adres.port or 80)) == 0


@dataclass
class Demo:
    """A running `hub demo --json`: what its first line says, and a client per role."""

    proces: "subprocess.Popen[str]"
    map: Path
    uitvoer: dict[str, Any]
    startseconden: float
    clients: list[httpx.Client] = field(default_factory=list)
    rest: str = ""

    @property
    def url(self) -> str:
        return str(self.uitvoer["url"])

    @property
    def proefnet(self) -> str:
        return str(self.uitvoer["kanalen"][0]["basisUrl"])

    @property
    def schermen(self) -> dict[str, str]:
        """Address per scherm, with the slash at its end."""
        return {scherm["naam"]: scherm["url"] for scherm in self.uitvoer["schermen"]}

    @property
    def fouten(self) -> str:
        """What the process wrote on stderr so far."""
        return (self.map.parent / f"{self.map.name}.stderr").read_text(encoding="utf-8")

    def client(self, **headers: str) -> httpx.Client:
        """A client of its own (own cookies), closed when the demo ends."""
        made = httpx.Client(base_url=self.url, headers=headers, timeout=30)
        self.clients.append(made)
        return made

    def api(self, rol: str = "meldkamer") -> httpx.Client:
        """A client that carries the key of this role."""
        return self.client(Authorization=f"Bearer {self.uitvoer['sleutels'][rol]}")

    def tijdlijn(self) -> dict[str, list[dict[str, Any]]]:
        """What stands on the simulated network now, per account."""
        posts: dict[str, list[dict[str, Any]]] = httpx.get(f"{self.proefnet}/api/tijdlijn").json()["accounts"]
        return posts

    def stop(self) -> int:
        """End it by SIGTERM; its exit code. What it wrote on stdout after the first line is in `rest`."""
        for client in self.clients:
            client.close()
        self.proces.send_signal(signal.SIGTERM)
        try:
            code = self.proces.wait(20)
        finally:
            if self.proces.poll() is None:
                self.proces.kill()
        assert self.proces.stdout is not None
        self.rest = self.proces.stdout.read()
        self.proces.stdout.close()
        return code


def start_demo(map_: Path) -> Demo:
    """Start the demo as a script does: `hub demo --map MAP --poort 0 --json`, and read one line."""
    line = [sys.executable, "-m", "hub", "demo", "--map", str(map_), "--poort", "0", "--json"]
    begonnen = time.monotonic()
    with (map_.parent / f"{map_.name}.stderr").open("w") as fouten:
        proces = subprocess.Popen(line, cwd=ROOT, env=_omgeving(), stdout=subprocess.PIPE, stderr=fouten, text=True)
    assert proces.stdout is not None
    eerste = proces.stdout.readline()
    if not eerste:
        proces.kill()
        proces.stdout.close()
        proces.wait()
        pytest.fail("De demo stopte: " + (map_.parent / f"{map_.name}.stderr").read_text())
    return Demo(proces, map_, json.loads(eerste), time.monotonic() - begonnen)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all stories of this process; it must end clean, and its proefnet with it."""
    started = start_demo(tmp_path_factory.mktemp("demo") / "map")
    yield started
    code = started.stop()
    assert (code in {0, -signal.SIGTERM, 128 + signal.SIGTERM}, started.rest) == (True, "")
    assert not bereikbaar(started.url)
    assert not bereikbaar(started.proefnet)
    assert "Traceback" not in started.fouten


@contextmanager
def hub_serve(map_: Path, **instellingen: object) -> Iterator[tuple[Path, str]]:
    """Run `hub serve` with a config of its own; yields that config and the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        poort = free.getsockname()[1]
    config = map_ / "config.yaml"
    content = {"adres": f"http://127.0.0.1:{poort}", "poort": poort, "database_url": "sqlite:///hub.db"}
    config.write_text(yaml.safe_dump({**content, "sleutelbestand": "hub.sleutel", **instellingen}), encoding="utf-8")
    line = [sys.executable, "-m", "hub", "serve", "--config", str(config)]
    with (map_ / "stderr").open("w") as fouten:
        proces = subprocess.Popen(line, cwd=ROOT, env=_omgeving(), stdout=fouten, stderr=fouten)
    try:
        until(lambda: bereikbaar(content["adres"]) or proces.poll() is not None, "hub serve luistert")  # type: ignore[arg-type]
        assert proces.poll() is None, (map_ / "stderr").read_text()
        yield config, str(content["adres"])
    finally:
        proces.terminate()
        proces.wait(20)
    assert "Traceback" not in (map_ / "stderr").read_text()


def met_sleutel(config: Path, url: str, rol: str) -> httpx.Client:
    """A client with a fresh key, made by `hub sleutels maak`, which prints the key alone."""
    [sleutel] = gelukt("sleutels", "maak", "--rol", rol, "--config", config).split()
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {sleutel}"}, timeout=30)


def een_actie(**anders: object) -> dict[str, Any]:
    """The body of a new actie about an invented girl of nine; each call has a kenmerk of its own."""
    return {
        "kenmerk": f"MN-2026-{next(_volgnummer):04}-{os.getpid()}",
        "soort": "tijdkritisch",
        "type": "vermist-persoon",
        "niveau": "regionaal",
        "titel": "Noor (9) uit Utrecht vermist",
        "bericht": "Noor is vanmiddag niet thuisgekomen van zwemles.",
        "signalement": "Rode jas, zwarte laarzen.",
        "persoon": {"leeftijd": 9, "minderjarig": True},
        "laatstGezien": "Kanaalstraat, rond 15.10 uur",
        "gemeente": "GM0344",
        "gebied": {"gemeenten": ["GM0344"], "cirkel": {"lat": 52.09, "lon": 5.12, "straalMeters": 5000}},
        "looptijdMinuten": 60,
        "oefening": False,
        "publiceren": True,
        "kanalen": None,
        **anders,
    }


def portret() -> bytes:
    """A drawn portrait on bright pink, so that a test finds it back in any picture; with hidden notes in the file."""
    beeld = Image.new("RGB", (800, 1000), ROZE)
    ImageDraw.Draw(beeld).ellipse((300, 300, 500, 560), fill=(240, 200, 170))
    notities = Image.Exif()
    notities[0x010E] = "GEHEIME-NOTITIE"
    out = io.BytesIO()
    beeld.save(out, "JPEG", exif=notities, comment=b"GEHEIM-COMMENTAAR")
    return out.getvalue()


def roze(beeld: bytes) -> bool:
    """Whether the portrait is in this picture."""
    klein = Image.open(io.BytesIO(beeld)).convert("RGB").resize((80, 80), Image.Resampling.NEAREST)
    raak = sum(
        all(abs(een - twee) < 40 for een, twee in zip(klein.getpixel((x, y)), ROZE, strict=True))  # type: ignore[arg-type]
        for x in range(80)
        for y in range(80)
    )
    return raak > 64


def post_actie(api: httpx.Client, body: dict[str, Any], sleutel: str | None = None) -> httpx.Response:
    """`POST /acties` with an Idempotency-Key."""
    key = sleutel or f"sleutel-{next(_volgnummer)}"
    return api.post("/api/v1/acties", json=body, headers={"Idempotency-Key": key})


def post_foto(api: httpx.Client, actie_id: str, *, toestemming: bool = True) -> httpx.Response:
    """Upload the portrait."""
    data = {"toestemmingSchriftelijk": str(toestemming).lower(), "focusX": "0.5", "focusY": "0.4"}
    files = {"bestand": ("foto.jpg", portret(), "image/jpeg")}
    return api.post(f"/api/v1/acties/{actie_id}/fotos", data=data, files=files)


def staten(api: httpx.Client, actie_id: str, soort: str) -> dict[str, str]:
    """State per kanaal of one soort of bezorging."""
    rows = api.get(f"/api/v1/acties/{actie_id}/bezorgingen").json()["bezorgingen"]
    return {row["kanaal"]: row["staat"] for row in rows if row["soort"] == soort}


def wacht_op(api: httpx.Client, actie_id: str, soort: str) -> None:
    """Wait until every bezorging of this soort stands."""
    until(
        lambda: set(staten(api, actie_id, soort).values()) == {"verzonden"},
        f"alle bezorgingen ({soort}) verzonden",
    )


def trek_in(api: httpx.Client, actie_id: str, reden: str = "gevonden") -> httpx.Response:
    """Withdraw the actie; that always succeeds, also the second time."""
    answer = api.post(f"/api/v1/acties/{actie_id}/intrekkingen", json={"reden": reden})
    assert answer.status_code in {200, 201}, answer.text
    return answer


@contextmanager
def lopende_actie(demo: Demo, *, toestemming: bool = True, **anders: object) -> Iterator[dict[str, Any]]:
    """An actie with photo, made as a concept and then published; withdrawn afterwards, so that schermen are free."""
    with httpx.Client(base_url=demo.url, headers=demo.api().headers, timeout=30) as api:
        made = post_actie(api, een_actie(publiceren=False, **anders))
        assert made.status_code == 201, made.text
        actie_id = made.json()["id"]
        foto = post_foto(api, actie_id, toestemming=toestemming)
        assert foto.status_code == 201, foto.text
        out = api.post(f"/api/v1/acties/{actie_id}/publicaties", json={})
        assert out.status_code in {200, 201}, out.text
        wacht_op(api, actie_id, "publiceren")
        yield api.get(f"/api/v1/acties/{actie_id}").json()
        trek_in(api, actie_id)


def eigen_bericht(demo: Demo, account: str, code: str) -> dict[str, Any]:
    """The one post of this actie on an account of proefnet."""
    [post] = [post for post in demo.tijdlijn()[account] if code in post["tekst"]]
    return post
