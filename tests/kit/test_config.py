"""config.yaml: what is wrong is said with line and remedy, all of it at once, and never a secret."""

from pathlib import Path

import pytest

from hub.kit.config import Config, ConfigError, load
from renderers.qr import payload

ECHT = "organisatie: {naam: Voorbeeldstad, contact: 030 000 00 00}\nkortelinks: {domein: https://vs.example}\n"


def faults(tmp_path: Path, text: str, **environment: str) -> list[str]:
    """The lines of the refusal."""
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path, environment)
    return str(refused.value).splitlines()


def loaded(tmp_path: Path, text: str, **environment: str) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path, environment)


def test_an_empty_file_is_a_hub_of_examples(tmp_path: Path) -> None:
    config = loaded(tmp_path, "")
    assert config.voorbeeld
    assert config.link_basis == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("text", "zin"),
    [
        ("poort: 1\nadress: x\n", "regel 2: onbekende instelling `adress`. Bedoelt u `adres`?"),
        ("bewaren:\n  zo_lang: 3\n", "regel 2: onbekende instelling `bewaren.zo_lang`. Hier mag: kliks_dagen,"),
        ("bezorging: {werkmap: x}\n", "regel 1: onbekende instelling `bezorging.werkmap`."),
        ("poort: veel\n", "regel 1: `poort` moet een geheel getal zijn."),
        ("\npoort: 70000\n", "regel 2: `poort` mag hoogstens 65535 zijn."),
        ("bezorging:\n  totaal_seconden: 0\n", "regel 2: `bezorging.totaal_seconden` moet groter zijn dan 0."),
        ("goedkeuring: {preventie: later}\n", "Kies uit: 'direct', 'bedenktijd' of 'vier-ogen'."),
        ("adres: https://hub.example/\n", "regel 1: `adres` klopt niet: haal de schuine streep aan het eind weg."),
        ("adres: hub.example\n", "regel 1: `adres` klopt niet: begin met https://"),
        ("kortelinks: {domein: 'https://ah.example/?x=1'}\n", "laat alles vanaf ? of # weg."),
        ("\nkortelinks:\n  domein: https://ah.example/ah\n", "regel 3: `kortelinks.domein` klopt niet: gebruik na de"),
        ("kortelinks: {domein: 'https://ah.example/A_B'}\n", "zoals https://ah.example/AH, of haal dat deel weg;"),
        ("kanalen: telegram\n", "regel 1: `kanalen` moet een lijst zijn"),
        ("kanalen:\n- naam: tg\n", "regel 2: `kanalen.0.netwerk` ontbreekt. Vul deze instelling in."),
        ("kanalen:\n- naam: T G\n  netwerk: telegram\n", "regel 2: `kanalen.0.naam` mag alleen kleine letters"),
        ("schermen:\n- naam: Hal\n  gemeente: Utrecht\n", "regel 3: `schermen.0.gemeente` is geen CBS-code."),
        ("poort: 1\nadres: http://x.example\npoort: 2\n", "regel 3: `poort` staat ook op regel 1. Laat er een staan."),
        ("organisatie:\n\tnaam: x\n", "regel 2: geen geldige YAML. Gebruik spaties in plaats van tabs."),
        ("poort: [1\n", "geen geldige YAML. Controleer inspringing en dubbele punten."),
        ("- poort\n", "verwacht instellingen als `naam: waarde`."),
    ],
)
def test_a_fault_names_line_setting_and_remedy(tmp_path: Path, text: str, zin: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert fault.startswith("config.yaml")
    assert zin in fault


@pytest.mark.parametrize("domein", ["https://ah.example", "https://Ah.example:8443", "http://ah.example/AH/2"])
def test_a_qr_code_holds_the_short_address_in_capitals(tmp_path: Path, domein: str) -> None:
    config = loaded(tmp_path, f"kortelinks: {{domein: '{domein}'}}\n")
    assert config.link_basis == domein
    assert payload(f"{domein}/ABCD2345") == f"{domein}/ABCD2345".upper()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "poort: x\nluistr: y\nadres: z\ndatabase_url: ${WEG}\n")) == 4


def test_real_channels_and_screens_wait_for_an_organisation(tmp_path: Path) -> None:
    text = (
        "kanalen:\n- {naam: a1, netwerk: handmatig}\n- naam: b1\n  netwerk: handmatig\n  echt: true\n"
        "schermen:\n- {naam: Hal, gemeente: GM0344, echt: true}\n"
    )
    kanaal, scherm = faults(tmp_path, text)
    assert kanaal.startswith("config.yaml, regel 5: ‘b1’ kan nog niet echt zijn. Vul eerst organisatie.naam")
    assert scherm.startswith("config.yaml, regel 7: ‘Hal’")
    assert [item.echt for item in loaded(tmp_path, ECHT + text).kanalen] == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "kanalen:\n- {naam: a1, netwerk: handmatig}\n- {naam: a1, netwerk: proef}\n",
        "schermen:\n- {naam: Hal, gemeente: GM0344}\n- {naam: Hal, gemeente: GM0344}\n",
        "bronnen:\n- {naam: a, soort: actions, url: x}\n- {naam: a, soort: actions, url: y}\n",
    ],
)
def test_a_name_may_be_used_once(tmp_path: Path, text: str) -> None:
    (fault,) = faults(tmp_path, text)
    assert "regel 3: de naam" in fault
    assert "staat er twee keer" in fault


def test_half_a_point_is_no_point(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "schermen:\n- {naam: Hal, gemeente: GM0344, lat: 52.1}\n")
    assert "lat en lon allebei" in fault


def test_secrets_come_from_the_environment_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("uit-bestand\n", encoding="utf-8")
    text = 'kanalen:\n- naam: tg\n  netwerk: telegram\n  instellingen: {token: file:token, chatId: "@${STAD}"}\n'
    assert loaded(tmp_path, text, STAD="utrecht").kanalen[0].instellingen == {
        "token": "uit-bestand",
        "chatId": "@utrecht",
    }


def test_a_missing_secret_names_its_line(tmp_path: Path) -> None:
    text = "kanalen:\n- naam: tg\n  netwerk: telegram\n  instellingen:\n    token: file:weg\n    chatId: ${STAD}\n"
    file, name = faults(tmp_path, text)
    assert file == "config.yaml, regel 5: het bestand weg is niet te lezen. Maak het, of verbeter het pad."
    assert name.startswith("config.yaml, regel 6: de omgevingsvariabele STAD is niet gezet.")


def test_a_refused_value_is_not_repeated(tmp_path: Path) -> None:
    text = "kanalen:\n- naam: tg\n  netwerk: telegram\n  instellingen: {token: [geheim-token]}\n"
    assert "geheim-token" not in "".join(faults(tmp_path, text))


def test_paths_count_from_config_yaml(tmp_path: Path) -> None:
    config = loaded(tmp_path, "database_url: sqlite:///data/hub.db\n")
    assert config.db_url == f"sqlite:///{tmp_path / 'data' / 'hub.db'}"
    assert config.pad("x.sleutel") == tmp_path / "x.sleutel"
