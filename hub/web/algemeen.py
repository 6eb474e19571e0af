"""Small public addresses: is the hub alive and ready, its figures, its signing key, whom to call, its assets."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub.desk import toestand
from hub.kit.clock import iso
from hub.kit.secrets import Vault
from hub.web import auth
from hub.web.deps import Hub
from hub.web.errors import answer, problem
from hub.web.metrieken import meters

router = APIRouter(include_in_schema=False)

LOOPBACK = ("127.0.0.1", "::1")
JAAR = "public, max-age=31536000, immutable"


@router.get("/healthz")
async def healthz() -> Response:
    """The process answers; asks nothing of the database."""
    return Response("ok\n", media_type="text/plain")


@router.get("/readyz")
async def readyz(hub: Hub) -> Response:
    """A commit went through and the worker lives; else 503 with the names of the alarms that say so."""
    age = hub.hartslag()
    if alarmen := toestand.niet_klaar(age, await toestand.schrijfbaar(hub.db)):
        return problem(503, "De hub kan nu niet werken. De pagina Toestand zegt wat u kunt doen.", alarmen=alarmen)
    shown = {"status": "klaar", "hartslagSeconden": round(age or 0.0, 3)}
    return Response(orjson.dumps(shown), media_type="application/json")


@router.get("/metrics")
async def metrics(request: Request, hub: Hub) -> Response:
    """Figures for Prometheus: from this machine itself, or with the key of a beheerder."""
    local = request.client is not None and request.client.host in LOOPBACK
    # Behind a proxy on this machine everyone comes from loopback; a proxy says so in these headers.
    proxied = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip"))
    if not local or proxied:
        found = await auth.aanvrager(request)
        if found is None:
            raise auth.NietIngelogd
        if not found.wie.mag("beheerder"):
            raise auth.MagNiet(f"Met de rol {found.wie.rol} mag dit niet.", "rol")
    measured = await toestand.opnemen(hub.db, hub.config, hub.clock.now(), hub.hartslag(), hub.registry.handmatig)
    return Response(generate_latest() + meters(measured), media_type=CONTENT_TYPE_LATEST)


@router.get("/.well-known/security.txt")
async def security_txt(hub: Hub) -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    contact = hub.config.organisatie.contact
    base = hub.config.adres.rstrip("/")
    uri = f"mailto:{contact}" if "@" in contact else f"tel:{contact}" if contact else base
    midnight = hub.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {uri.replace(' ', '')}",
        f"Expires: {iso(midnight + timedelta(days=180))}",
        "Preferred-Languages: nl, en",
        f"Canonical: {base}/.well-known/security.txt",
    ]
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")


@router.get("/.well-known/actiehub-sleutel.json")
async def sleutel(hub: Hub) -> Response:
    """The public key that checks the header Handtekening of receipts and manifests (JWK, Ed25519)."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
    return Response(orjson.dumps(jwk(hub.vault)), headers=headers, media_type="application/json")


@router.get("/assets/{naam}")
async def asset(naam: str, request: Request, hub: Hub, v: Annotated[str, Query(max_length=64)] = "") -> Response:
    """A style sheet, script or font; kept for a year when the address carries its hash."""
    found = hub.bestanden.get(naam)
    if found is None:
        return answer(request, 404)
    etag = f'"{found.som}"'
    headers = {"Cache-Control": JAAR if v == found.som else "no-cache", "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(found.data, headers=headers, media_type=found.media_type)


def jwk(vault: Vault) -> dict[str, str]:
    """The public half of the signing key."""
    raw = vault.signing_key().public_key().public_bytes_raw()
    x = urlsafe_b64encode(raw).rstrip(b"=").decode()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": x,
        "kid": sha256(raw).hexdigest()[:16],
        "use": "sig",
        "alg": "EdDSA",
    }
