"""The Landactiehost dialect against the four messages that its public test feed really sends."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.content import Cirkel
from hub.feeds.landactiehost import LandBericht, parse, render
from hub.feeds.lezen import FeedOnleesbaar

REAL = (Path(__file__).parent / "landactiehost-berichten.json").read_bytes()
SENT = datetime(2026, 3, 1, 13, 5, tzinfo=UTC)


def alert(**other: Any) -> LandBericht:
    basis = LandBericht(
        alert_id="1900000007",
        message_id="1000007001",
        sender="Actiehub",
        verzonden=SENT,
        type="Alert",
        niveau="regionaal",
        beschrijving="Laatst gezien bij de markt.",
        lees_meer="https://hub.example/a/K7M2QX",
        titel="Sanne (9)",
        aard="Vermist",
        beeld="https://hub.example/f/ab.jpg",
        gebied="Utrecht",
        cirkel=Cirkel(52.09, 5.12, 2500),
    )
    return replace(basis, **other)


def shape(value: Any) -> Any:
    """Keys in their order with the JSON type of every leaf; a text is a text, whatever it says."""
    if isinstance(value, dict):
        return [(key, shape(item)) for key, item in value.items()]
    return type(value).__name__


def real(kind: str, level: str) -> dict[str, Any]:
    found = [item for item in json.loads(REAL) if (item["Type"], item["AlertLevel"]) == (kind, level)]
    return dict(found[0])


OURS = {
    ("Alert", "10"): alert(niveau="landelijk", gebied=None, cirkel=None),
    ("Cancel", "10"): alert(niveau="landelijk", type="Cancel"),
    ("Alert", "5"): alert(),
    ("Cancel", "5"): alert(type="Cancel"),
}


@pytest.mark.parametrize(("kind", "level"), OURS)
def test_our_messages_have_the_shape_of_the_real_ones(kind: str, level: str) -> None:
    [ours] = json.loads(render([OURS[kind, level]]))
    theirs = real(kind, level)
    assert shape(ours) == shape(theirs)
    for key in ("State", "Type", "Scope", "AlertLevel"):
        assert ours[key] == theirs[key]
    for key in ("AlertId", "MessageId", "Sent"):
        assert ours[key].isdigit()
        assert theirs[key].isdigit()


def test_real_messages_come_out_as_they_went_in() -> None:
    for item in json.loads(REAL):
        [back] = json.loads(render(parse(json.dumps([item]).encode()).berichten))
        item["Area"] = {key: back["Area"][key] if value else None for key, value in item["Area"].items()}
        assert back == item


def test_a_circle_is_written_in_metres_and_in_kilometres() -> None:
    [item] = json.loads(render([alert()]))
    assert item["Area"] == {
        "Description": "Utrecht",
        "Circle": "52.09,5.12 2500",
        "CircleKM": "52.09,5.12 2.5",
    }


def test_a_circle_is_read_from_either_form() -> None:
    item = real("Alert", "5")
    item["Area"]["Circle"] = None
    [bericht] = parse(json.dumps([item]).encode()).berichten
    assert bericht.cirkel == Cirkel(52.373146846702192, 4.8923057800325829, 5000)


@pytest.mark.parametrize("order", [1, -1])
def test_a_cancel_replaces_its_alert(order: int) -> None:
    both = [alert(), alert(type="Cancel", verzonden=SENT + timedelta(minutes=9))][::order]
    [item] = json.loads(render(both))
    assert item["Type"] == "Cancel"
    assert item["AlertId"] == "1900000007"


def test_an_update_replaces_its_alert() -> None:
    update = alert(type="Update", titel="Sanne (10)", verzonden=SENT + timedelta(minutes=2))
    [item] = json.loads(render([update, alert()]))
    assert (item["Type"], item["Message"]["Title"]) == ("Update", "Sanne (10)")


def test_lokaal_never_enters_the_feed() -> None:
    assert render([alert(niveau="lokaal")]) == b"[]"


def test_what_readers_paste_into_a_page_cannot_hold_a_tag() -> None:
    body = render([alert(titel="<b>Sanne</b> & co", beschrijving="<img src=x>", gebied="A<B")])
    assert b"<" not in body
    [item] = json.loads(body)
    assert item["Message"]["Title"] == "&lt;b&gt;Sanne&lt;/b&gt; &amp; co"
    assert parse(body).berichten[0].titel == "Sanne & co"


def test_text_is_decoded_once_and_cleaned() -> None:
    item = real("Alert", "5")
    item["Message"]["Description"] = "be&#235;indigd <script>x</script> &amp;lt;5 jaar\u202e\x07\r\n einde"
    [bericht] = parse(json.dumps([item]).encode()).berichten
    assert bericht.beschrijving == "beëindigd x &lt;5 jaar einde"


def test_numbers_and_missing_keys_are_tolerated() -> None:
    body = json.dumps([{"AlertId": 99999998, "Sent": 1790607023, "Type": "alert", "AlertLevel": 10}]).encode()
    [bericht] = parse(b"\xef\xbb\xbf" + body).berichten
    assert bericht.alert_id == "99999998"
    assert bericht.verzonden == datetime.fromtimestamp(1790607023, UTC)
    assert (bericht.type, bericht.niveau, bericht.titel, bericht.beeld) == ("Alert", "landelijk", None, None)


def test_an_unknown_level_does_not_alarm_the_country() -> None:
    item = real("Alert", "10") | {"AlertLevel": "11"}
    assert parse(json.dumps([item]).encode()).berichten[0].niveau == "regionaal"


@pytest.mark.parametrize(
    "fault", [{"AlertId": None}, {"AlertId": "a b"}, {"Type": "Ack"}, {"Sent": "gisteren"}, {"Sent": 1e300}]
)
def test_a_bad_entry_is_reported_and_the_others_survive(fault: dict[str, Any]) -> None:
    items = json.loads(REAL)
    items[1] |= fault
    read = parse(json.dumps([*items, "los"]).encode())
    assert len(read.berichten) == 3
    assert [text.split(":")[0] for text in read.fouten] == [
        "Bericht 2 is overgeslagen",
        "Bericht 5 is overgeslagen",
    ]


def test_only_a_web_address_counts_as_a_picture() -> None:
    item = real("Alert", "10")
    item["Message"]["Media"]["Image"] = "javascript:alert(1)"
    assert parse(json.dumps([item]).encode()).berichten[0].beeld is None


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": 1}', b"\xff\xfe", b"[" * 5000])
def test_another_form_is_unreadable_as_a_whole(body: bytes) -> None:
    with pytest.raises(FeedOnleesbaar):
        parse(body)


def test_three_alerts_fit_in_a_cookie() -> None:
    three = [alert(alert_id=str(n), beschrijving="x" * 380) for n in range(3)]
    assert len(render(three)) < 4096
