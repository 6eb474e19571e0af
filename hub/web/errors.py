"""Every refusal as one answer: problem+json (RFC 9457) for programs, a short page for people.

All faults of a request stand in `fouten` at once, each with the field and a Dutch sentence that says what to do.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from hub.acties.rules import NietMogelijk
from hub.delivery.rules import OnmogelijkeOvergang
from hub.desk.errors import Conflict, DeskError, Geweigerd, Ongeldig
from hub.kanalen.registry import OnbekendNetwerk
from hub.kanalen.store import KanaalVast
from hub.kit import log
from hub.kit.db import DatabaseError
from hub.screens.model import NaamBezet, OnbekendScherm
from hub.tracking.reacties import OngeldigeReactie
from hub.web import auth, fout_pagina
from hub.web.atelier import Vertrokken

Fouten = Sequence[tuple[str, str]]
Aanvulling = Callable[[object, frozenset[str]], Fouten]

TITELS: Mapping[int, str] = {
    400: "Het verzoek klopt niet",
    401: "Niet ingelogd",
    403: "Dit mag niet",
    404: "Niet gevonden",
    405: "Deze methode bestaat hier niet",
    406: "Deze vorm van antwoord is er niet",
    409: "Dit kan nu niet",
    410: "Weggehaald",
    413: "Te groot",
    415: "Deze vorm van invoer wordt niet gelezen",
    422: "Sleutel al gebruikt",
    429: "Te veel verzoeken",
    500: "Er ging iets mis",
    502: "Het netwerk werkt niet mee",
    503: "Nu niet beschikbaar",
}
UITLEG: Mapping[int, str] = {
    404: "Dit adres bestaat niet. Let op: een adres eindigt niet op een schuine streep.",
    405: "Gebruik een van de methoden in de kop Allow.",
    413: "Dit is te groot. Een bericht mag 1 MB zijn, een foto 10 MB.",
    500: "De fout is vastgelegd. Probeer het opnieuw, of vraag de beheerder.",
}
GEEN_OPSLAG = (
    "De hub kan nu niets opslaan, dus dit is niet gelukt. Probeer het over een paar tellen opnieuw; met dezelfde "
    "Idempotency-Key gebeurt het nooit twee keer. De pagina Toestand zegt wat er aan de hand is."
)
ZINNEN: Mapping[str, str] = {
    "missing": "Dit veld ontbreekt. Vul het in.",
    "string_type": "Verwacht tekst tussen aanhalingstekens.",
    "string_unicode": "Deze tekst bevat tekens die niet kunnen.",
    "int_type": "Verwacht een heel getal, zonder aanhalingstekens.",
    "int_parsing": "Verwacht een heel getal.",
    "int_parsing_size": "Dit getal is te groot.",
    "int_from_float": "Verwacht een heel getal, zonder komma.",
    "float_type": "Verwacht een getal, zonder aanhalingstekens.",
    "float_parsing": "Verwacht een getal.",
    "finite_number": "Verwacht een gewoon getal.",
    "bool_type": "Verwacht true of false, zonder aanhalingstekens.",
    "bool_parsing": "Verwacht true of false.",
    "list_type": "Verwacht een lijst tussen [ en ].",
    "dict_type": "Verwacht een groep velden tussen { en }.",
    "model_type": "Verwacht een groep velden tussen { en }.",
    "model_attributes_type": "Verwacht een groep velden tussen { en }.",
    "too_long": "Deze lijst is te lang.",
    "date_from_datetime_parsing": "Verwacht een dag zoals 2026-03-01.",
    "date_parsing": "Verwacht een dag zoals 2026-03-01.",
    "datetime_type": "Verwacht een tijdstip zoals 2026-03-01T14:05:00Z.",
    "timezone_aware": "Zet de tijdzone erbij, zoals in 2026-03-01T14:05:00Z.",
}


def problem(
    status: int,
    detail: str = "",
    *,
    fouten: Fouten = (),
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """A problem+json answer; `more` are extra members such as `regel` or `actieUrl`."""
    body: dict[str, object] = {
        "type": "about:blank",
        "status": status,
        "title": TITELS.get(status, "Er ging iets mis"),
        "detail": detail or UITLEG.get(status, TITELS.get(status, "")),
    }
    if fouten:
        body["fouten"] = [{"veld": veld, "melding": melding} for veld, melding in dict.fromkeys(fouten)]
    body |= {name: value for name, value in more.items() if value not in (None, "")}
    return Response(orjson.dumps(body), status, headers=dict(headers or {}), media_type="application/problem+json")


class LichaamFout(HTTPException):
    """The body cannot be read at all; carries the faults through the framework's own reading of bodies."""

    def __init__(self, melding: str, veld: str = "", status: int = 400) -> None:
        super().__init__(status, melding)
        self.fouten = ((veld or "(verzoek)", melding),)


def aanvullen(more: Aanvulling) -> Callable[[Any], Any]:
    """Mark a route: when its body has faults of form, `more(body, fields)` adds those of content in the same answer."""

    def mark(endpoint: Any) -> Any:
        endpoint.aanvulling = more
        return endpoint

    return mark


def install(app: FastAPI) -> None:
    """Let every refusal of the hub become the right answer."""
    handlers: dict[type[Exception], Callable[[Request, Any], Response]] = {
        DeskError: _desk,
        RequestValidationError: _validation,
        HTTPException: _http,
        auth.NietIngelogd: _not_logged_in,
        auth.MagNiet: _forbidden,
        OngeldigeReactie: lambda r, e: answer(r, 400, TITELS[400], fouten=e.fouten),
        OnbekendNetwerk: lambda r, e: answer(r, 400, TITELS[400], fouten=[("netwerk", str(e))]),
        OnbekendScherm: lambda r, e: answer(r, 404, str(e)),
        NietMogelijk: lambda r, e: answer(r, 409, str(e)),
        OnmogelijkeOvergang: lambda r, e: answer(r, 409, str(e)),
        KanaalVast: lambda r, e: answer(r, 409, str(e)),
        NaamBezet: lambda r, e: answer(r, 409, str(e)),
        DataError: _no_text,
        Vertrokken: lambda r, e: Response(status_code=499),  # as proxies log it; nobody reads it
        **dict.fromkeys((DatabaseError, InterfaceError, OperationalError), _no_storage),
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, _as_async(handler))


def answer(request: Request, status: int, detail: str = "", **kwargs: Any) -> Response:
    """Problem+json, or a page where a person in a browser asked for a page."""
    if _wants_page(request):
        title = TITELS.get(status, TITELS[500])
        url = request.app.state.deps.bestanden.url
        html = fout_pagina.page(status, title, detail, kwargs.get("fouten", ()), url)
        return HTMLResponse(html, status, headers=dict(kwargs.get("headers") or {}))
    return problem(status, detail, **kwargs)


def _as_async(handler: Callable[[Request, Any], Response]) -> Callable[[Request, Exception], Any]:
    async def handle(request: Request, error: Exception) -> Response:
        return handler(request, error)

    return handle


def _desk(request: Request, error: DeskError) -> Response:
    if isinstance(error, Ongeldig):
        return answer(request, 400, _count(len(error.fouten)), fouten=error.fouten)
    if isinstance(error, Geweigerd):
        return answer(request, 403, str(error), regel=error.regel)
    if isinstance(error, Conflict) and error.actie_id:
        base = request.app.state.deps.config.adres.rstrip("/")
        url = f"{base}/api/v1/acties/{error.actie_id}"
        links = {"actieId": error.actie_id, "actieUrl": url}
        return answer(request, 409, str(error), headers={"Link": f'<{url}>; rel="related"'}, **links)
    return answer(request, error.status, str(error))


def _validation(request: Request, error: RequestValidationError) -> Response:
    route = request.scope.get("route")
    found = [_fault(item, route) for item in error.errors()]
    more: Aanvulling | None = getattr(getattr(route, "endpoint", None), "aanvulling", None)
    if more is not None:
        found += more(error.body, frozenset(veld for veld, _ in found))
    return answer(request, 400, _count(len(dict.fromkeys(found))), fouten=found)


def _fault(item: Mapping[str, Any], route: object) -> tuple[str, str]:
    """One fault of the validator as (field, Dutch sentence)."""
    where, *rest = item["loc"]
    veld = field_name(rest)
    if where == "header":
        veld = {"idempotency-key": "Idempotency-Key"}.get(veld, veld)
    if item["type"] == "extra_forbidden":
        return veld, _unknown(str(rest[-1]), _known(route, rest[:-1]))
    if veld == "bestand":
        return veld, "Stuur een foto mee als bestand."
    if not veld:
        return "(verzoek)", "Stuur een JSON-object mee, met Content-Type: application/json."
    return veld, ZINNEN.get(item["type"]) or _limit(item)


def field_name(loc: Sequence[str | int]) -> str:
    """`gebied.cirkel.lat` or `kanalen[0]` out of the validator's path."""
    name = ""
    for part in loc:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name[:120].encode("utf-8", "replace").decode()


def _limit(item: Mapping[str, Any]) -> str:
    context = item.get("ctx", {})
    sentences = {
        "greater_than_equal": "Dit is te weinig; minstens {ge}.",
        "less_than_equal": "Dit is te veel; hoogstens {le}.",
        "string_too_long": "Deze tekst is te lang; hoogstens {max_length} tekens.",
        "string_too_short": "Vul dit veld in.",
        "string_pattern_mismatch": "Deze tekst heeft niet de juiste vorm.",
        "literal_error": "Deze waarde bestaat niet. Kies uit: {expected}.",
        "value_error": "{error}",
    }
    sentence = sentences.get(item["type"], "Deze waarde klopt niet.")
    return sentence.format_map({name: str(value).replace("' or '", "', '") for name, value in context.items()})


def _known(route: object, loc: Sequence[str | int]) -> list[str]:
    """The names that may stand where an unknown field was found."""
    field = getattr(route, "body_field", None)
    model: Any = getattr(getattr(field, "field_info", None), "annotation", None)
    for part in loc:
        if isinstance(part, str) and model is not None:
            model = _model_of(model, part)
    fields = getattr(model, "model_fields", {})
    return [info.alias or name for name, info in fields.items()]


def _model_of(model: Any, part: str) -> Any:
    for name, info in getattr(model, "model_fields", {}).items():
        if part in (name, info.alias):
            kinds = (info.annotation, *getattr(info.annotation, "__args__", ()))
            return next((kind for kind in kinds if hasattr(kind, "model_fields")), None)
    return None


def _unknown(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, 1)
    if close:
        return f"Dit veld bestaat niet. Bedoelt u {close[0]}?"
    return f"Dit veld bestaat niet. Hier mag: {', '.join(known)}." if known else "Dit veld bestaat niet."


def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:
        return answer(request, 405, headers={"Allow": ", ".join(_methods(request))})
    fouten = getattr(error, "fouten", ())
    plain = error.detail if fouten or getattr(error, "uitleg", False) else ""
    return answer(request, error.status_code, plain, fouten=fouten, headers=error.headers)


def _methods(request: Request) -> list[str]:
    """Every method of this address: the framework knows only those of the first route that fits."""
    found: set[str] = set()
    for context in iter_route_contexts(request.app.routes):
        path, methods = context.path_format, context.methods
        if path and methods and compile_path(path)[0].match(request.url.path):
            found |= methods | ({"HEAD"} if "GET" in methods else set())
    return sorted(found)


def _not_logged_in(request: Request, error: auth.NietIngelogd) -> Response:
    if error.pagina:
        return RedirectResponse(auth.login_address(request), 303)
    return problem(401, str(error), headers={"WWW-Authenticate": "Bearer"})


def _forbidden(request: Request, error: auth.MagNiet) -> Response:
    return answer(request, 403, str(error), regel=error.regel)


def _no_storage(request: Request, error: Exception) -> Response:
    """A full disk, a locked file, a server that is away: not the fault of who asks, and it may be over in a moment."""
    log.get("web").error("opslaan lukt niet", pad=log.redact(request.url.path), fout=log.redact(str(error))[:300])
    return answer(request, 503, GEEN_OPSLAG, headers={"Retry-After": "5"})


def _no_text(request: Request, error: Exception) -> Response:
    """Such as NUL in an address or a form: PostgreSQL knows no such text, SQLite just finds nothing."""
    log.get("web").warning("de database neemt dit niet aan", pad=log.redact(request.url.path))
    return answer(request, 400, ZINNEN["string_unicode"])


def _unexpected(request: Request, error: Exception) -> Response:
    log.get("web").error(
        "onverwachte fout",
        pad=log.redact(request.url.path),
        fout=f"{type(error).__name__}: {log.redact(str(error))[:300]}",
    )
    return answer(request, 500)


def _count(number: int) -> str:
    return "Er is een fout gevonden." if number == 1 else f"Er zijn {number} fouten gevonden."


def _wants_page(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")
