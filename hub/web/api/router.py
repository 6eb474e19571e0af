"""All routes of the API under /api/v1."""

from fastapi import APIRouter

from hub.web.api import acties

router = APIRouter(prefix="/api/v1")
router.include_router(acties.router)
