"""answers scored again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.core.models import UtcDateTime

revision: str = "1795325891"
down_revision: str | None = "1795320382"
branch_labels: tuple[str, ...] | None = ()
depends_on: str | None = None


def upgrade() -> None:
    """Bring the database to this form."""

    op.create_table(
        "rescoring",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("old_version_id", sa.Integer(), nullable=False),
        sa.Column("new_version_id", sa.Integer(), nullable=False),
        sa.Column("old_plan_hash", sa.String(), nullable=False),
        sa.Column("new_plan_hash", sa.String(), nullable=True),
        sa.Column("corrected", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.CheckConstraint("old_version_id <> new_version_id", name=op.f("ck_rescoring_versions_differ")),
        sa.ForeignKeyConstraint(
            ["new_version_id"], ["instrument_version.id"], name=op.f("fk_rescoring_new_version_id_instrument_version")
        ),
        sa.ForeignKeyConstraint(
            ["old_version_id"], ["instrument_version.id"], name=op.f("fk_rescoring_old_version_id_instrument_version")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_rescoring_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescoring")),
    )
    with op.batch_alter_table("rescoring", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rescoring_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "former_summary",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rescoring_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_former_summary_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["rescoring_id"], ["rescoring.id"], name=op.f("fk_former_summary_rescoring_id_rescoring")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_former_summary_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_summary")),
        sa.UniqueConstraint(
            "rescoring_id",
            "wave_id",
            "organisation_id",
            name=op.f("uq_former_summary_rescoring_id_wave_id_organisation_id"),
        ),
    )


def downgrade() -> None:
    """Take it back to the form before."""
    op.drop_table("former_summary")
    with op.batch_alter_table("rescoring", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rescoring_plan_id"))

    op.drop_table("rescoring")
