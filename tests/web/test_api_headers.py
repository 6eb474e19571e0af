"""The outer ring: bodies are bounded, HEAD has no body, streams end, a nonce is used once."""

import asyncio
from typing import Any

from hub.web.headers import Headers, Message, Receive, Scope, Send


async def ask(app: Any, methode: str, *pieces: bytes, **koppen: str) -> list[Message]:
    """Send one request to the ring around `app` and return what came back."""
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    headers = [(naam.replace("_", "-").encode(), waarde.encode()) for naam, waarde in koppen.items()]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": methode, "path": "/", "headers": headers}
    await Headers(app, https=False)(scope, receive, send)
    return sent


async def start(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"max-age=5")]})


async def test_head_of_a_stream_that_never_ends_does_end() -> None:
    ended = asyncio.Event()

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await start(send)
        try:
            while True:
                await send({"type": "http.response.body", "body": b"data", "more_body": True})
                await asyncio.Event().wait()
        finally:
            ended.set()

    start_message, body = await ask(stream, "HEAD")
    assert start_message["status"] == 200
    assert body == {"type": "http.response.body", "body": b"", "more_body": False}
    assert ended.is_set()


async def test_what_a_route_says_itself_stays() -> None:
    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        await start(send)
        await send({"type": "http.response.body", "body": b"x", "more_body": False})

    headers = [pair for pair in (await ask(route, "GET"))[0]["headers"] if pair[0] == b"cache-control"]
    assert headers == [(b"cache-control", b"max-age=5")]


async def test_every_answer_has_a_nonce_of_its_own() -> None:
    seen = []

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["state"]["nonce"])
        await start(send)

    policies = [dict((await ask(route, "GET"))[0]["headers"])[b"content-security-policy"] for _ in range(2)]
    assert seen[0] != seen[1]
    assert seen[0].encode() in policies[0]


async def test_a_body_without_a_length_is_bounded_too() -> None:
    read = []

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        status = 200
        try:
            while (message := await receive())["more_body"]:
                read.append(len(message["body"]))
        except Exception as error:
            status = getattr(error, "status_code", 500)
        await send({"type": "http.response.start", "status": status, "headers": []})

    assert (await ask(route, "POST", b"x" * 600_000, b"x" * 600_000))[0]["status"] == 413
    assert read == [600_000]
    assert (await ask(route, "POST", content_length="1000001"))[0]["status"] == 413
    form = {"content_type": "multipart/form-data; boundary=x"}
    assert (await ask(route, "POST", b"x" * 600_000, b"x" * 600_000, **form))[0]["status"] == 200
