"""Named points where a hub kills itself with SIGKILL, so that a crash happens exactly there.

    python -m bench.faults.points intentie-vast -- serve --config config.yaml

`naam:3` stops at the third time. Counting begins at the first actie or bezorging, so that a hub always gets past its
own start. The product knows nothing of this: functions of it are wrapped in the child, before it starts.
"""

import functools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

Install = Callable[["Stop"], None]
When = Callable[[tuple[Any, ...], Any], bool]
CLAIMS = ("claim", "claim_first")
"""What puts bezorgingen in the hands of a process."""


class Stop:
    """Kills its own process at the n-th call after it was armed."""

    def __init__(self, times: int) -> None:
        self.left, self.armed = times, False

    def arm(self) -> None:
        """From now on calls count."""
        self.armed = True

    def __call__(self) -> None:
        if self.armed:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def always(_arguments: tuple[Any, ...], _result: Any) -> bool:
    """Every call counts."""
    return True


def truthy(_arguments: tuple[Any, ...], result: Any) -> bool:
    """Only a call that gave something counts."""
    return bool(result)


def around(
    owner: Any,
    name: str,
    *,
    before: Callable[[], None] | None = None,
    after: Callable[[], None] | None = None,
    when: When = always,
) -> None:
    """Wrap `owner.name`, plain or async: call `before` and `after` where `when(arguments, result)` holds."""
    inner = getattr(owner, name)

    def begin(arguments: tuple[Any, ...]) -> None:
        if before is not None and when(arguments, None):
            before()

    def end(arguments: tuple[Any, ...], result: Any) -> Any:
        if after is not None and when(arguments, result):
            after()
        return result

    @functools.wraps(inner)
    def plain(*arguments: Any, **named: Any) -> Any:
        begin(arguments)
        return end(arguments, inner(*arguments, **named))

    @functools.wraps(inner)
    async def awaited(*arguments: Any, **named: Any) -> Any:
        begin(arguments)
        return end(arguments, await inner(*arguments, **named))

    setattr(owner, name, awaited if _is_async(inner) else plain)


def _is_async(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return bool(code is not None and code.co_flags & 0x80)


def _arm(stop: Stop) -> None:
    from hub.delivery import claim
    from hub.desk.starten import Starten

    around(Starten, "open", before=stop.arm)
    for name in CLAIMS:
        around(claim, name, after=stop.arm, when=truthy)


def _commit(arguments: tuple[Any, ...], _result: Any) -> bool:
    return len(arguments) > 1 and arguments[1] == "COMMIT"


def _before_commit(stop: Stop) -> None:
    from sqlalchemy.engine import Connection

    around(Connection, "exec_driver_sql", before=stop, when=_commit)


def _after_commit(stop: Stop) -> None:
    from sqlalchemy.engine import Connection

    around(Connection, "exec_driver_sql", after=stop, when=_commit)


def _claim(stop: Stop) -> None:
    from hub.delivery import claim

    for name in CLAIMS:
        around(claim, name, after=stop, when=truthy)


def _intend(stop: Stop) -> None:
    from hub.delivery import bulk

    for name in ("intend", "depart"):
        around(bulk, name, after=stop, when=truthy)


def _intended(stop: Stop) -> None:
    from hub.delivery.sending import Sender

    around(Sender, "_call", before=stop)


def _connect(stop: Stop) -> None:
    import aiohttp

    around(aiohttp.TCPConnector, "connect", before=stop)


def _connected(stop: Stop) -> None:
    import aiohttp

    around(aiohttp.TCPConnector, "connect", after=stop)


def _headers(stop: Stop) -> None:
    from aiohttp.http_writer import StreamWriter

    inner = StreamWriter.write_headers

    @functools.wraps(inner)
    async def write_headers(self: Any, *arguments: Any, **named: Any) -> None:
        await inner(self, *arguments, **named)
        self.send_headers()
        stop()

    StreamWriter.write_headers = write_headers  # type: ignore[method-assign]


def _half_body(stop: Stop) -> None:
    from aiohttp.http_writer import StreamWriter

    inner = StreamWriter.write

    @functools.wraps(inner)
    async def write(self: Any, chunk: Any, *arguments: Any, **named: Any) -> None:
        await inner(self, memoryview(chunk)[: len(chunk) // 2], *arguments, **named)
        stop()
        await inner(self, memoryview(chunk)[len(chunk) // 2 :], *arguments, **named)

    StreamWriter.write = write  # type: ignore[method-assign]


def _body(stop: Stop) -> None:
    from aiohttp.http_writer import StreamWriter

    around(StreamWriter, "write_eof", after=stop)


def _reply(stop: Stop) -> None:
    import aiohttp

    around(aiohttp.StreamReader, "readany", after=stop)


def _result(stop: Stop) -> None:
    from hub.delivery import bulk, store

    around(bulk, "confirm", after=stop, when=lambda arguments, _result: bool(arguments[1]))
    around(store, "settle", after=stop, when=truthy)


def _settled(stop: Stop) -> None:
    from hub.delivery.sending import Sender

    around(Sender, "_settle", after=stop)


def _wake(stop: Stop) -> None:
    from hub.kit.db import Db

    around(Db, "_announce", before=stop)


def _woken(stop: Stop) -> None:
    from hub.kit.db import Db

    around(Db, "_announce", after=stop)


def _picture(stop: Stop) -> None:
    from hub.desk.beelden import Beelden

    around(Beelden, "for_post", after=stop)


def _audit(stop: Stop) -> None:
    from hub.toegang import audit

    around(audit, "write", after=stop)


POINTS: dict[str, Install] = {
    "commit-voor": _before_commit,
    "commit-na": _after_commit,
    "claim": _claim,
    "intentie": _intend,
    "intentie-vast": _intended,
    "verbinden": _connect,
    "verbonden": _connected,
    "koppen": _headers,
    "inhoud-half": _half_body,
    "inhoud": _body,
    "antwoord": _reply,
    "uitslag": _result,
    "uitslag-vast": _settled,
    "wekken-voor": _wake,
    "wekken-na": _woken,
    "beeld": _picture,
    "auditregel": _audit,
}
"""The moments of one bezorging in their order: what is on disk and on the wire differs at each."""


def install(point: str) -> None:
    """Make this process stop at `naam` or `naam:keer`."""
    naam, _, times = point.partition(":")
    stop = Stop(int(times or 1))
    # The arming is wrapped around the point itself where they share a function: first armed, then counted.
    POINTS[naam](stop)
    _arm(stop)


def main() -> None:
    """`python -m bench.faults.points NAAM -- hub words`."""
    point, dashes, *words = sys.argv[1:]
    assert dashes == "--", "python -m bench.faults.points NAAM -- serve ..."
    from hub.app import command_line

    install(point)
    command_line()(words)


if __name__ == "__main__":
    main()
