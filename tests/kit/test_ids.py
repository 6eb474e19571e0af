"""Identifiers: row ids in order of making, codes that can be read aloud, tokens that fit in a path."""

import re
import uuid

from hub.kit import ids


def test_row_ids_are_unique_version_7_and_in_order_of_time() -> None:
    made = [ids.row_id() for _ in range(500)]
    assert len(set(made)) == 500
    assert {uuid.UUID(one).version for one in made} == {7}
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)


def test_short_codes_have_no_letter_that_looks_like_another() -> None:
    for _ in range(200):
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", ids.short_code())


def test_tokens_fit_in_a_path_and_are_long_enough() -> None:
    made = {ids.token() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[\w-]{32}", one) for one in made)
