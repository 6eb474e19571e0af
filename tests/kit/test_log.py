"""Logs hold no token, key, password or screen address, and stay off stdout."""

import contextlib
import io
import json

import pytest

from hub.kit import log


def test_secrets_are_cut_out_of_keys_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(json_lines=True)
    url = "https://api.example/bot123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage"
    log.get("test").info("aanroep", token="abc", adres=url, kop="Bearer ah_123", pad="/s/0123456789abcdefgh/img.jpg")
    log.get("test").info("aanroep", pad="/taak/hgfedcba9876543210/stand")
    seen = capsys.readouterr()
    line = json.loads(seen.err.splitlines()[0])
    assert seen.out == ""
    assert (line["deel"], line["event"], line["level"], line["token"]) == ("test", "aanroep", "info", log.HIDDEN)
    for secret in ("AAHdq", "ah_123", "0123456789abcdefgh", "hgfedcba9876543210"):
        assert secret not in seen.err


def test_a_terminal_gets_short_lines(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(json_lines=False)
    log.get("test").warning("let op", wachtwoord="paars")
    seen = capsys.readouterr().err
    assert "let op" in seen
    assert "paars" not in seen


def test_a_stderr_that_was_lent_and_closed_breaks_no_later_line(capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.redirect_stderr(io.StringIO()) as lent:
        log.setup()
        logger = log.get("test")
        logger.info("eerst")
        lent.close()
    logger.info("daarna")
    assert "daarna" in capsys.readouterr().err


def test_plain_text_stays_as_it_is() -> None:
    assert log.redact("Kanaal telegram-stad antwoordt niet") == "Kanaal telegram-stad antwoordt niet"
