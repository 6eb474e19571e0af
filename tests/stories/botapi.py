"""A fake Bot API on the loopback wire: chats with messages in them, people who type and who block the bot."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.contracts.beschrijving import gelezen
from tests.contracts.wire import Wire

TOKEN = "123456789:AAbedachtGeheimVanDeBot-0123456789"
KANAAL, NUMMER = "@proefkanaal", "-1001234"


class BotApi(Wire):
    """`zegt` lets a person type; `chats` is what each conversation shows now."""

    def __init__(self) -> None:
        super().__init__()
        self.chats: dict[str, dict[int, str]] = {}
        self.vragen: list[Mapping[str, Any]] = []
        self.geblokkeerd: set[str] = set()
        self.haak = ""
        self._nummer = 0

    def zegt(self, chat: str, tekst: str) -> None:
        """This person types something to the bot."""
        van = {"id": int(chat), "is_bot": False, "first_name": "Bedacht"}
        message = {"message_id": 1, "date": 1772370300, "chat": {"id": int(chat), "type": "private"}, "from": van}
        self.vragen.append({"update_id": 500 + len(self.vragen), "message": {**message, "text": tekst}})

    def teksten(self, chat: str) -> list[str]:
        """What stands in this conversation, oldest first."""
        return list(self.chats.get(chat, {}).values())

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        methode, body = request.path.rpartition("/")[2], gelezen(request, raw).body
        self.calls.append(methode)
        if methode == "getUpdates":
            # All of them, every time: what was heard already comes again.
            return _goed(self.vragen)
        if methode in ("deleteWebhook", "setWebhook"):
            self.haak = str(body.get("url", ""))
            return _goed(True)
        chat = KANAAL if body["chat_id"] == NUMMER else str(body["chat_id"])
        if chat in self.geblokkeerd:
            return _nee(403, "Forbidden: bot was blocked by the user")
        berichten = self.chats.setdefault(chat, {})
        if methode in ("sendMessage", "sendPhoto"):
            self._nummer += 1
            berichten[self._nummer] = str(body.get("text") or body.get("caption"))
            return _goed(_bericht(chat, self._nummer))
        nummer = int(body["message_id"])
        if nummer not in berichten:
            return _nee(400, "Bad Request: message to delete not found")
        if methode == "deleteMessage":
            del berichten[nummer]
            return _goed(True)
        berichten[nummer] = str(body.get("text") or body.get("caption") or body.get("media"))
        return _goed(_bericht(chat, nummer))


def _bericht(chat: str, nummer: int) -> Mapping[str, Any]:
    where = {"id": int(NUMMER), "type": "channel", "username": chat[1:]} if chat == KANAAL else {"id": int(chat)}
    return {"message_id": nummer, "date": 1772370300, "chat": {"type": "private", **where}}


def _goed(resultaat: object) -> web.Response:
    return web.json_response({"ok": True, "result": resultaat})


def _nee(status: int, reden: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": reden}, status=status)
