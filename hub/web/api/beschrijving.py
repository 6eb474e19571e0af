"""The description of the API (openapi.json): as the framework makes it, with our errors instead of its own."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from hub.web.headers import API_VERSION

PREFIX = "/api/v1"
PROBLEEM = {
    "type": "object",
    "required": ["status", "title", "detail"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "regel": {"type": "string", "description": "Code van de regel die dit verbiedt."},
        "actieUrl": {"type": "string", "description": "De actie die in de weg staat."},
        "fouten": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"veld": {"type": "string"}, "melding": {"type": "string"}},
            },
        },
    },
}
FOUTEN = {
    "400": "Het verzoek klopt niet; alle fouten staan in `fouten`.",
    "401": "Niet ingelogd.",
    "403": "Dit mag niet.",
    "404": "Niet gevonden.",
}


def describe(app: FastAPI, adres: str, contact: str) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title="Actiehub",
        version=API_VERSION,
        summary="Acties naar alle kanalen en schermen, geteld en aantoonbaar weer weggehaald.",
        routes=app.routes,
        servers=[{"url": f"{adres.rstrip('/')}{PREFIX}"}],
        contact=_contact(adres, contact),
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    document["paths"] = {
        path.removeprefix(PREFIX): _with_problems(operations)
        for path, operations in document["paths"].items()
        if path.startswith(f"{PREFIX}/")
    }
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Probleem"] = PROBLEEM
    components["securitySchemes"] = {"sleutel": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"sleutel": []}]
    app.openapi_schema = document
    return document


def _with_problems(operations: dict[str, Any]) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Probleem"}}}
    version = {"API-Version": {"schema": {"type": "string"}, "description": "Versie van deze API."}}
    for operation in operations.values():
        answers = operation["responses"]
        answers.pop("422", None)
        for answer in answers.values():
            answer["headers"] = version
        for status, text in FOUTEN.items():
            answers.setdefault(status, {"description": text, "content": content, "headers": version})
    return operations


def _contact(adres: str, contact: str) -> dict[str, str]:
    found = {"name": "Beheer van deze Actiehub", "url": adres}
    return {**found, "email": contact} if "@" in contact else found
