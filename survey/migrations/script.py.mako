"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.core.models import UtcDateTime
${imports if imports else ""}

revision: str = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels: tuple[str, ...] | None = ${repr(branch_labels)}
depends_on: str | None = ${repr(depends_on)}


def upgrade() -> None:
    """Bring the database to this form."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Take it back to the form before."""
    ${downgrades if downgrades else "pass"}
