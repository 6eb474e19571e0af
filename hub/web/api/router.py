"""All routes of the API under /api/v1."""

from fastapi import APIRouter

from hub.web.api import acties, inrichting, onderdelen, rapporten, toestand

router = APIRouter(prefix="/api/v1")
for part in (acties, onderdelen, inrichting, rapporten, toestand):
    router.include_router(part.router)
