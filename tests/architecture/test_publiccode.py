"""publiccode.yml says what other organisations need to find this software, and says it truly."""

import tomllib

import yaml

from tests.architecture.sources import text

REQUIRED = {
    "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "organisation",
    "description", "legal", "maintenance", "localisation",
}  # fmt: skip


def test_publiccode_is_complete_and_agrees_with_the_project() -> None:
    said = yaml.safe_load(text("publiccode.yml"))
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert said.keys() >= REQUIRED
    assert said["softwareVersion"] == project["version"]
    assert said["legal"]["license"] == project["license"]
    assert said["organisation"]["uri"]
    assert said["maintenance"]["contacts"]
    assert len(said["description"]["nl"]["shortDescription"]) <= 150
    assert 150 <= len(said["description"]["nl"]["longDescription"]) <= 10_000
    assert said["description"]["nl"]["features"]
