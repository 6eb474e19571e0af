"""Whatever JSON a source sends: no crash, nothing invented, and no tag on the way out."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.feeds import actions, landactiehost
from hub.feeds.lezen import FeedOnleesbaar

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["<b>x</b>", "&lt;script&gt;", "52.1,5.1 5000", "1790607023", "Alert", "Cancel", "10"]),
)
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)


def objects(*names: str, **nested: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = {name: ANYTHING for name in names} | {name: st.one_of(ANYTHING, part) for name, part in nested.items()}
    return st.fixed_dictionaries({}, optional=values)


LAND = st.lists(
    objects(
        *("AlertId", "MessageId", "Sender", "Sent", "State", "Type", "AlertLevel"),
        Message=objects("Title", "Description", "DescriptionExt", "Readmore_URL", Media=objects("Image", "SmallImage")),
        Area=objects("Description", "Circle", "CircleKM"),
    ),
    max_size=4,
)
LOCAL = st.lists(
    objects(
        *("id", "municipality", "actionType", "amberAlert", "active", "startTimestamp", "endTimestamp"),
        area=objects("lat", "lng", "radius"),
        messages=st.lists(objects("title", "body", "responseUrl", "lastModifiedTimestamp"), max_size=3),
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(LAND)
def test_any_landactiehost_body_is_read_and_written_safely(items: Any) -> None:
    read = landactiehost.parse(json.dumps(items).encode())
    assert len(read.berichten) + len(read.fouten) == len(items)
    body = landactiehost.render(read.berichten)
    assert b"<" not in body
    assert len(landactiehost.parse(body).berichten) == len({bericht.alert_id for bericht in read.berichten})


@settings(max_examples=150, deadline=None)
@given(LOCAL)
def test_any_actions_body_is_read_and_written_safely(items: Any) -> None:
    read = actions.parse(json.dumps({"actions": items}).encode())
    assert len(read.berichten) + len(read.fouten) == len(items)
    body = actions.render(read.berichten)
    assert b"<" not in body
    assert [item.id for item in actions.parse(body).berichten] == [item.id for item in read.berichten]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for dialect in (landactiehost, actions):
        try:
            dialect.parse(body)
        except FeedOnleesbaar:
            continue
