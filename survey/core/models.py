"""The base of all mapped classes, and the column types that they share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Index, MetaData, String, event, text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# Named constraints: a message or a migration can name the rule that was broken.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored in UTC, always aware in Python. SQLite knows no zones, hence the naive value inside."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse a naive instant, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the stored instant its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Model(DeclarativeBase):
    """Base of every mapped class."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime(),
        str: String(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


def unique_where(condition: str, name: str, *columns: str) -> Index:
    """Return an index by which no two rows for which a condition holds are equal in these columns.

    SQLAlchemy has an option of each engine for the condition, and loads what it knows of PostgreSQL (30 ms, 2 MB) where
    that option is named. Here the condition is handed to the engine that makes the table.
    """
    return Index(name, *columns, unique=True, info={"where": condition})


@event.listens_for(Model.metadata, "before_create")
def _hand_over_conditions(metadata: MetaData, connection: Connection, **_options: Any) -> None:
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        if "where" in index.info:
            index.dialect_options[connection.dialect.name]["where"] = text(index.info["where"])
