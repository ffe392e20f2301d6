"""Every setting of the application, read once from the environment into one frozen object.

Belongs here: what an operator may set. Does not belong here: what an administrator decides on a page.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent


class ConfigError(Exception):
    """Raised when a setting is missing or odd; its text is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, what it means, and its default in words."""

    name: str
    meaning: str
    default: str


SETTINGS = (
    Setting("SURVEY_DATA_DIR", "Folder for the database, the secret, backups and caches.", "instance/ in the project"),
    Setting(
        "SURVEY_DATABASE_URL", "SQLAlchemy address of the database (SQLite or PostgreSQL).", "SQLite in the data dir"
    ),
    Setting(
        "SURVEY_SECRET_KEY", "Secret for signing, at least 32 characters.", "made on first start, kept in the data dir"
    ),
    Setting("SURVEY_PUBLIC_URL", "Address that phones use, such as https://hr.example.vn.", "found from the network"),
    Setting("SURVEY_HOST", "Address to listen on.", "0.0.0.0 (the local network)"),
    Setting("SURVEY_PORT", "Port to listen on, 1 to 65535.", "8071"),
    Setting("SURVEY_WORKERS", "Number of web processes.", "one a core (one on Windows)"),
    Setting("SURVEY_THREADS", "Threads a web process, at least 2.", "64"),
    Setting("SURVEY_CONNECTIONS", "Connections to the database a web process, 2 to 200.", "16"),
    Setting("SURVEY_LOG", "errors, or requests: also one line of JSON a request of signed-in people.", "errors"),
    Setting("SURVEY_SECURE_COOKIES", "1 when the site is served over HTTPS only.", "1 if the public address is https"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings in force. Built by `read_config`; never changed afterwards."""

    data_dir: Path
    database_url: str
    secret_key: str
    public_url: str | None
    host: str
    port: int
    workers: int
    threads: int
    connections: int
    logs_requests: bool
    secure_cookies: bool

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite")


def read_config(environment: Mapping[str, str] | None = None) -> Config:
    """Read and check every setting.

    Raises ConfigError with one sentence that names the setting and the remedy.
    """
    env = os.environ if environment is None else environment
    data_dir = Path(env.get("SURVEY_DATA_DIR") or PROJECT / "instance").expanduser().resolve()
    _make_private_folder(data_dir)
    public_url = _public_url(env.get("SURVEY_PUBLIC_URL", ""))
    default_secure = "1" if (public_url or "").startswith("https:") else "0"
    return Config(
        data_dir=data_dir,
        database_url=_database_url(env.get("SURVEY_DATABASE_URL", ""), data_dir),
        secret_key=_secret_key(env.get("SURVEY_SECRET_KEY", ""), data_dir),
        public_url=public_url,
        host=env.get("SURVEY_HOST") or "0.0.0.0",
        port=_number(env, "SURVEY_PORT", 8071, lambda n: 1 <= n <= 65535),
        workers=_number(env, "SURVEY_WORKERS", _default_workers(), lambda n: 1 <= n <= 64),
        threads=_number(env, "SURVEY_THREADS", 64, lambda n: 2 <= n <= 1024),
        connections=_number(env, "SURVEY_CONNECTIONS", 16, lambda n: 2 <= n <= 200),
        logs_requests=_choice(env, "SURVEY_LOG", ("errors", "requests")) == "requests",
        secure_cookies=_flag(env, "SURVEY_SECURE_COOKIES", default_secure),
    )


def _default_workers() -> int:
    # Windows cannot share one listening socket between processes.
    return 1 if os.name == "nt" else max(1, os.cpu_count() or 1)


def _make_private_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"SURVEY_DATA_DIR: the folder {folder} cannot be made ({error.strerror}).") from error


def _database_url(value: str, data_dir: Path) -> str:
    if not value:
        return f"sqlite:///{(data_dir / 'hieu-ro.sqlite').as_posix()}"
    if value.startswith(("postgres://", "postgresql://")):
        # The driver is fixed (psycopg 3); operators paste the address that their host shows.
        return "postgresql+psycopg://" + value.split("://", 1)[1]
    if value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise ConfigError("SURVEY_DATABASE_URL must begin with sqlite:/// or postgresql://; correct it or leave it out.")


def _secret_key(value: str, data_dir: Path) -> str:
    if value:
        if len(value) < 32:
            raise ConfigError("SURVEY_SECRET_KEY is shorter than 32 characters; make it longer or leave it out.")
        return value
    path = data_dir / "secret.key"
    try:
        # O_EXCL: of two first starts at the same time only one writes, the other reads.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    except OSError as error:
        raise ConfigError(f"The secret cannot be written to {path} ({error.strerror}).") from error
    secret = secrets.token_urlsafe(48)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
    return secret


def _read_secret(path: Path) -> str:
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < 32:
        raise ConfigError(f"The secret in {path} is damaged; restore it from a backup or delete the file.")
    return secret


def _public_url(value: str) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigError("SURVEY_PUBLIC_URL must look like https://hr.example.vn, without a path; correct it.")
    return f"{parts.scheme}://{parts.netloc}"


def _number(env: Mapping[str, str], name: str, default: int, is_allowed: Callable[[int], bool]) -> int:
    text = env.get(name) or str(default)
    try:
        number = int(text)
    except ValueError as error:
        raise ConfigError(f"{name} must be a whole number, not {text!r}; correct it or leave it out.") from error
    if not is_allowed(number):
        raise ConfigError(f"{name} is out of range: {number}; see docs/operations.md for what is allowed.")
    return number


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    """Return the word that was set, the first allowed one without any."""
    text = (env.get(name) or allowed[0]).strip().lower()
    if text not in allowed:
        raise ConfigError(f"{name} must be {' or '.join(allowed)}, not {text!r}; correct it or leave it out.")
    return text


def _flag(env: Mapping[str, str], name: str, default: str) -> bool:
    text = (env.get(name) or default).strip().lower()
    if text not in {"0", "1", "false", "true"}:
        raise ConfigError(f"{name} must be 0 or 1, not {text!r}; correct it or leave it out.")
    return text in {"1", "true"}
