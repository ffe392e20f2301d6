"""Settings: sensible without any, and one sentence for each that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.config import SETTINGS, ConfigError, read_config


def test_the_defaults_work_on_a_laptop(tmp_path: Path) -> None:
    config = read_config({"SURVEY_DATA_DIR": str(tmp_path / "new")})
    assert config.database_url.startswith("sqlite:///")
    assert config.port == 8071
    assert config.host == "0.0.0.0"
    assert config.public_url is None
    assert not config.secure_cookies


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = read_config({"SURVEY_DATA_DIR": str(tmp_path)})
    second = read_config({"SURVEY_DATA_DIR": str(tmp_path)})
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_the_configuration_cannot_be_changed(tmp_path: Path) -> None:
    config = read_config({"SURVEY_DATA_DIR": str(tmp_path)})
    with pytest.raises(AttributeError):
        config.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEY_PORT", "eighty"),
        ("SURVEY_PORT", "0"),
        ("SURVEY_PORT", "70000"),
        ("SURVEY_WORKERS", "0"),
        ("SURVEY_THREADS", "1"),
        ("SURVEY_DATABASE_URL", "mysql://localhost/x"),
        ("SURVEY_PUBLIC_URL", "hr.example.vn"),
        ("SURVEY_PUBLIC_URL", "https://hr.example.vn/path"),
        ("SURVEY_SECRET_KEY", "short"),
        ("SURVEY_SECURE_COOKIES", "maybe"),
        ("SURVEY_CONNECTIONS", "1"),
        ("SURVEY_LOG", "everything"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        read_config({"SURVEY_DATA_DIR": str(tmp_path), name: value})


def test_a_damaged_secret_is_not_replaced_silently(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("cut")
    with pytest.raises(ConfigError, match="damaged"):
        read_config({"SURVEY_DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/x", "postgresql+psycopg://u:p@db/x"),
        ("postgresql://u:p@db/x", "postgresql+psycopg://u:p@db/x"),
        ("sqlite:////srv/x.sqlite", "sqlite:////srv/x.sqlite"),
    ],
)
def test_database_addresses_are_taken_as_operators_paste_them(tmp_path: Path, given: str, used: str) -> None:
    config = read_config({"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_DATABASE_URL": given})
    assert config.database_url == used


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    config = read_config({"SURVEY_DATA_DIR": str(tmp_path), "SURVEY_PUBLIC_URL": "https://hr.example.vn/"})
    assert config.secure_cookies
    assert config.public_url == "https://hr.example.vn"


def test_every_setting_is_documented(project: Path) -> None:
    page = (project / "docs" / "operations.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"`{setting.name}`" in page, setting.name
