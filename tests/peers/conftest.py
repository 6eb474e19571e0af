"""The real servers of `make test-peers`, each started once for all tests; one that is missing is an error."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.peers import servers
from tests.stories.conftest import until as until


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[servers.Bluesky]:
    """Bluesky's own server with its directory."""
    async with servers.bluesky(tmp_path_factory.mktemp("bluesky")) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def kamer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[servers.Matrix]:
    """A room on a Matrix homeserver."""
    async with servers.matrix(tmp_path_factory.mktemp("matrix")) as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def brievenbus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[str, Path]]:
    """A mail server and the folder with what it was brought."""
    async with servers.smtp(tmp_path_factory.mktemp("smtp")) as started:
        yield started
