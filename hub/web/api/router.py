"""All routes of the API under /api/v1."""

from fastapi import APIRouter

from hub.web.api import acties, inrichting, noodstop, onderdelen, rapporten, toestand

router = APIRouter(prefix="/api/v1")
for part in (acties, onderdelen, inrichting, noodstop, rapporten, toestand):
    router.include_router(part.router)
