"""Requests held against a machine-readable description of the API they are for: OpenAPI for X, lists for Telegram."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

Schema = Mapping[str, Any]
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True, slots=True)
class Verzoek:
    """One request as it left: query and form as texts, a JSON body as it was meant."""

    methode: str
    pad: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    soort: str

    @property
    def velden(self) -> tuple[str, ...]:
        """The names of all that was sent along, deep ones with dots."""
        return tuple(sorted([*self.query, *_names(self.body)]))


def gelezen(request: web.Request, raw: bytes) -> Verzoek:
    """What the wire saw, taken apart by its content type."""
    soort = request.content_type if raw else ""
    body: dict[str, Any] = {}
    if soort == "application/json":
        body = json.loads(raw)
    elif soort == "multipart/form-data":
        parts = message_from_bytes(b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + raw)
        for part in parts.get_payload():
            naam = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            is_file = part.get_filename() is not None
            body[naam] = "(bestand)" if is_file else content.decode()
    elif soort == "application/x-www-form-urlencoded":
        body = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    return Verzoek(request.method, request.path, dict(request.query), body, soort)


def fouten_x(verzoek: Verzoek, openapi: Schema) -> list[str]:
    """What this description of X says against a request; empty when it fits."""
    for pad, operations in sorted(openapi["paths"].items(), key=lambda item: item[0].count("{")):
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pad), verzoek.pad)
        if found and verzoek.methode.lower() in operations:
            return list(_operation(verzoek, found.groupdict(), operations[verzoek.methode.lower()], openapi))
    return [f"{verzoek.methode} {verzoek.pad} bestaat niet"]


def fouten_telegram(verzoek: Verzoek, api: Schema) -> list[str]:
    """What this description of Telegram says against a request; empty when it fits."""
    methode = api["methods"].get(verzoek.pad.rpartition("/")[2])
    if methode is None:
        return [f"{verzoek.pad} bestaat niet"]
    known = {field["name"]: field for field in methode.get("fields", [])}
    # A file that belongs to another field stands beside it under a name of its own.
    loose = {naam for naam, value in verzoek.body.items() if value == "(bestand)"} - known.keys()
    found = [f"{naam} ontbreekt" for naam, field in known.items() if field["required"] and naam not in verzoek.body]
    for naam, value in verzoek.body.items():
        if naam not in known:
            found += [] if naam in loose and f"attach://{naam}" in str(verzoek.body) else [f"{naam} is onbekend"]
        elif not any(_fits(kind, value) for kind in known[naam]["types"]):
            found.append(f"{naam}: {value} is geen {known[naam]['types']}")
    return found


def _fits(kind: str, value: str) -> bool:
    """Telegram gets everything as text: a number, true or false, or JSON for what has parts."""
    if kind == "Integer":
        return re.fullmatch(r"-?\d+", value) is not None
    if kind == "Boolean":
        return value in ("true", "false", "True", "False")
    return kind == "String" or value == "(bestand)" or value[:1] in ("{", "[")


def _operation(verzoek: Verzoek, path: Mapping[str, str], operation: Schema, openapi: Schema) -> Iterator[str]:
    known = {}
    for parameter in operation.get("parameters", []):
        resolved = _resolved(parameter, openapi)
        known[resolved["in"], resolved["name"]] = resolved
    for place, given in (("query", verzoek.query), ("path", path)):
        for naam, value in given.items():
            if (place, naam) not in known:
                yield f"{naam} is onbekend"
            else:
                schema = known[place, naam]["schema"]
                yield from _against(_as_meant(value, _resolved(schema, openapi)), schema, openapi, naam)
    for (place, naam), parameter in known.items():
        if place == "query" and parameter.get("required") and naam not in verzoek.query:
            yield f"{naam} ontbreekt"
    bodies = operation.get("requestBody", {}).get("content", {})
    if verzoek.soort and verzoek.soort not in bodies:
        yield f"{verzoek.soort} wordt niet aangenomen"
    elif verzoek.soort:
        yield from _against(verzoek.body, bodies[verzoek.soort]["schema"], openapi, "body")
    elif operation.get("requestBody", {}).get("required"):
        yield "er is geen inhoud"


def _as_meant(value: str, schema: Schema) -> object:
    if schema.get("type") == "array":
        return value.split(",")
    return int(value) if schema.get("type") == "integer" and value.isdecimal() else value


def _resolved(schema: Schema, openapi: Schema) -> Schema:
    while "$ref" in schema:
        *_, group, naam = schema["$ref"].split("/")
        schema = openapi["components"][group][naam]
    return schema


def _against(value: Any, schema: Schema, openapi: Schema, at: str) -> Iterator[str]:
    """The part of JSON Schema that these descriptions use. A field nobody described is a fault: X refuses those."""
    schema = _resolved(schema, openapi)
    for choice in ("anyOf", "oneOf"):
        if choice in schema and all(list(_against(value, each, openapi, at)) for each in schema[choice]):
            yield f"{at} past bij niets uit {choice}"
    kind = TYPES.get(schema.get("type", ""))
    if kind is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        yield f"{at}: {value!r} is geen {schema['type']}"
    elif isinstance(value, dict):
        yield from _parts(value, schema, openapi, at)
    elif isinstance(value, list):
        yield from _range(len(value), schema, "Items", at)
        for inner in value:
            yield from _against(inner, schema.get("items", {}), openapi, at)
    elif isinstance(value, str):
        yield from _text(value, schema, at)
    elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is te klein of te groot"


def _parts(value: Mapping[str, Any], schema: Schema, openapi: Schema, at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}.{naam} ontbreekt" for naam in schema.get("required", []) if naam not in value)
    for naam, inner in value.items():
        if naam in known:
            yield from _against(inner, known[naam], openapi, f"{at}.{naam}")
        else:
            yield f"{at}.{naam} is onbekend"


def _text(value: str, schema: Schema, at: str) -> Iterator[str]:
    yield from _range(len(value), schema, "Length", at)
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is geen keuze"
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{at}: {value!r} past niet op {schema['pattern']}"
    if schema.get("format") == "date-time" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) is None:
        yield f"{at}: {value!r} is geen tijdstip"


def _range(length: int, schema: Schema, what: str, at: str) -> Iterator[str]:
    if not schema.get(f"min{what}", length) <= length <= schema.get(f"max{what}", length):
        yield f"{at} is te kort of te lang"


def _names(body: Mapping[str, Any], before: str = "") -> list[str]:
    found = []
    for naam, value in body.items():
        found += _names(value, f"{before}{naam}.") if isinstance(value, dict) else [f"{before}{naam}"]
    return found
