"""Reading requests strictly: who asks first, then the type, then JSON without doubt about what was meant."""

import json
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from math import isfinite
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from hub.web.auth import Recht
from hub.web.errors import LichaamFout

MAX_DIEPTE = 20
JSON = "application/json"


class Lichaam(BaseModel):
    """Base of every body: nothing unknown, no text where a number belongs. Names in camelCase are aliases."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True, frozen=True)


class Json(Response):
    """JSON written by orjson; `None` becomes null, so that every key is always there."""

    media_type = JSON

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def parse(data: bytes) -> object:
    """JSON as Python values. Refuses double keys, NaN, numbers beyond measure, deep nesting, broken text."""
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
        # A lone half of a surrogate pair is legal JSON but no text; writing it out again shows it.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        raise LichaamFout("Dit is geen geldige tekst in UTF-8.") from error
    except RecursionError as error:
        raise LichaamFout("Dit is te diep genest.") from error
    except json.JSONDecodeError as error:
        raise LichaamFout(f"Dit is geen geldige JSON (regel {error.lineno}, teken {error.colno}).") from error
    if _depth(value) > MAX_DIEPTE:
        raise LichaamFout("Dit is te diep genest.")
    return value


class StriktRequest(Request):
    """A request whose JSON is read by `parse`."""

    async def json(self) -> Any:
        if not hasattr(self, "_strikt"):
            self._strikt = parse(await self.body())
        return self._strikt


class ApiRoute(APIRoute):
    """A route of the API: rights before anything else is read, then Accept, then the type of the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        recht = next((d.call for d in self.dependant.dependencies if isinstance(d.call, Recht)), None)
        accepts = _accepts(self)
        gives: Sequence[str] = getattr(self.endpoint, "levert", (JSON,))

        async def strict(request: Request) -> Response:
            checked = StriktRequest(request.scope, request.receive)
            if recht is not None:
                await recht(checked)
            _check_accept(checked, gives)
            await _check_type(checked, accepts)
            return await handle(checked)

        return strict


def levert(*types: str) -> Callable[[Any], Any]:
    """Mark a route with the media types it can answer with, when that is more than JSON."""

    def mark(endpoint: Any) -> Any:
        endpoint.levert = types
        return endpoint

    return mark


def _accepts(route: APIRoute) -> str:
    """The media type this route reads; empty when it reads no body."""
    if route.body_field is None:
        return ""
    kind = type(route.body_field.field_info).__name__
    return "multipart/form-data" if kind in ("Form", "File") else JSON


def _check_accept(request: Request, gives: Sequence[str]) -> None:
    accept = request.headers.get("accept", "*/*")
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    able = {"*/*", "application/problem+json", *gives, *(f"{kind.partition('/')[0]}/*" for kind in gives)}
    if not able.intersection(wanted):
        raise HTTPException(406)


async def _check_type(request: Request, accepts: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not accepts or given == accepts:
        return
    if not given and not await request.body():
        return
    raise LichaamFout(f"Stuur dit als {accepts}.", "Content-Type", 415)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        [(double, _)] = Counter(name for name, _ in pairs).most_common(1)
        shown = double[:60].encode("utf-8", "replace").decode()
        raise LichaamFout("Dit veld staat er twee keer. Laat er één staan.", shown)
    return found


def _constant(name: str) -> float:
    raise LichaamFout(f"{name} is geen getal.")


def _float(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise LichaamFout("Er staat een getal in dat te groot is.")
    return value


def _int(text: str) -> int:
    if len(text) > 30:
        raise LichaamFout("Er staat een getal in dat te groot is.")
    return int(text)


def _depth(value: object) -> int:
    """How deep lists and objects are nested."""
    level: list[object] = [value]
    depth = 0
    while level:
        level = [item for node in level for item in _children(node)]
        depth += 1
    return depth


def _children(node: object) -> Sequence[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else ()
