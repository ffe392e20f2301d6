"""the hall the year and the classroom"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.core.models import UtcDateTime

revision: str = "1795320382"
down_revision: str | None = "1795307262"
branch_labels: tuple[str, ...] | None = ()
depends_on: str | None = None


def upgrade() -> None:
    """Bring the database to this form."""

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state_known")),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_job_progress_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state_id", ["state", "id"], unique=False)

    op.create_table(
        "purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("purged_at", UtcDateTime(), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge")),
    )
    with op.batch_alter_table("purge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purge_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "reading_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("image_hash", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_decision")),
    )
    with op.batch_alter_table("reading_decision", schema=None) as batch_op:
        batch_op.create_index("ix_reading_decision_batch_id", ["batch_id"], unique=False)

    op.create_table(
        "check_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "deadline IS NULL OR deadline >= visited_on", name=op.f("ck_check_visit_deadline_after_visit")
        ),
        sa.CheckConstraint("done_on IS NULL OR done_on >= visited_on", name=op.f("ck_check_visit_done_after_visit")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["organisation.id"], name=op.f("fk_check_visit_checked_by_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_check_visit_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_visit")),
    )
    with op.batch_alter_table("check_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_visit_checked_by_id"), ["checked_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_visit_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "communication_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.CheckConstraint("(number = '') = (issued_on IS NULL)", name=op.f("ck_communication_plan_number_with_date")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_communication_plan_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communication_plan")),
        sa.UniqueConstraint("organisation_id", "year", name=op.f("uq_communication_plan_organisation_id_year")),
    )
    op.create_table(
        "difficulty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('difficulty', 'proposal')", name=op.f("ck_difficulty_kind_known")),
        sa.CheckConstraint("status IN ('open', 'answered', 'done')", name=op.f("ck_difficulty_status_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_difficulty_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difficulty")),
    )
    with op.batch_alter_table("difficulty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_difficulty_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "good_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("commended_by", sa.String(), nullable=False),
        sa.Column("commended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "commended_on IS NULL OR commended_by <> ''", name=op.f("ck_good_model_commended_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_good_model_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_good_model")),
    )
    with op.batch_alter_table("good_model", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_good_model_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "one_time_address",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_one_time_address_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_one_time_address")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_one_time_address_code_hash")),
    )
    with op.batch_alter_table("one_time_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_address_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("letterhead", sa.JSON(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_report_draft_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["updated_by"], ["user.id"], name=op.f("fk_report_draft_updated_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("organisation_id", "period", name=op.f("uq_report_draft_organisation_id_period")),
    )
    op.create_table(
        "succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("old_id", sa.Integer(), nullable=False),
        sa.Column("new_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('merged', 'renamed', 'split')", name=op.f("ck_succession_kind_known")),
        sa.CheckConstraint("old_id <> new_id", name=op.f("ck_succession_two_organisations")),
        sa.ForeignKeyConstraint(["new_id"], ["organisation.id"], name=op.f("fk_succession_new_id_organisation")),
        sa.ForeignKeyConstraint(["old_id"], ["organisation.id"], name=op.f("fk_succession_old_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint("old_id", "new_id", name=op.f("uq_succession_old_id_new_id")),
    )
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_succession_new_id"), ["new_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("is_about_ai", sa.Boolean(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("counting", sa.String(), nullable=False),
        sa.Column("newly_briefed", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(reach IS NULL) = (counting = 'not_counted')", name=op.f("ck_activity_reach_says_how")),
        sa.CheckConstraint(
            "counting IN ('sign_in', 'headcount', 'views', 'estimate', 'not_counted')",
            name=op.f("ck_activity_counting_known"),
        ),
        sa.CheckConstraint("newly_briefed >= 0", name=op.f("ck_activity_newly_briefed_not_negative")),
        sa.CheckConstraint("reach IS NULL OR reach >= 0", name=op.f("ck_activity_reach_not_negative")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_activity_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_activity_created_by_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_activity_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index("ix_activity_organisation_id_held_on", ["organisation_id", "held_on"], unique=False)

    op.create_table(
        "briefing_roll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("roster", sa.Integer(), nullable=False),
        sa.Column("known_not_briefed", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "known_not_briefed >= 0 AND known_not_briefed <= roster",
            name=op.f("ck_briefing_roll_known_not_within_roster"),
        ),
        sa.CheckConstraint("roster >= 0", name=op.f("ck_briefing_roll_roster_not_negative")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_briefing_roll_dates_in_order")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_briefing_roll_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_briefing_roll_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_briefing_roll")),
        sa.UniqueConstraint(
            "organisation_id", "starts", "ends", name=op.f("uq_briefing_roll_organisation_id_starts_ends")
        ),
    )
    with op.batch_alter_table("briefing_roll", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_briefing_roll_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "effect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("before_on", sa.Date(), nullable=True),
        sa.Column("after", sa.Double(), nullable=False),
        sa.Column("after_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("(before IS NULL) = (before_on IS NULL)", name=op.f("ck_effect_before_has_a_day")),
        sa.CheckConstraint("before_on IS NULL OR before_on <= after_on", name=op.f("ck_effect_dates_in_order")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_effect_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_effect_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
    )
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_effect_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_effect_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.CheckConstraint("(period IS NULL) <> (campaign_id IS NULL)", name=op.f("ck_release_period_or_campaign")),
        sa.CheckConstraint("number > 0", name=op.f("ck_release_number_positive")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_release_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["issued_by"], ["user.id"], name=op.f("fk_release_issued_by_user")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_release_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_release_organisation_id_number")),
    )
    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("finished_by", sa.Integer(), nullable=True),
        sa.Column("images_deleted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('reading', 'review', 'failed', 'accepted', 'discarded')", name=op.f("ck_paper_batch_state_known")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_paper_batch_group_id_group")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_paper_batch_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_paper_batch_wave_id_wave")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
    )
    with op.batch_alter_table("paper_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_batch_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_batch_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "release_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_file_release_id_release")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_file")),
        sa.UniqueConstraint("release_id", "name", name=op.f("uq_release_file_release_id_name")),
    )
    op.create_table(
        "withdrawal",
        sa.Column("token_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_withdrawal_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["wave.id"], name=op.f("fk_withdrawal_wave_id_wave")),
        sa.PrimaryKeyConstraint("token_hash", "organisation_id", "wave_id", name=op.f("pk_withdrawal")),
    )
    op.create_table(
        "paper_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("image_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('read', 'review', 'needs_serial', 'refused', 'repeated', 'conflict', 'already', 'left_out', 'stored', 'blank')",
            name=op.f("ck_paper_page_state_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["paper_batch.id"], name=op.f("fk_paper_page_batch_id_paper_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_page")),
        sa.UniqueConstraint("batch_id", "file", "number", name=op.f("uq_paper_page_batch_id_file_number")),
    )
    with op.batch_alter_table("paper_page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_page_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "serial_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_serial_batch_number_positive")),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name=op.f("fk_serial_batch_collector_id_collector")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_batch")),
    )
    with op.batch_alter_table("serial_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_serial_batch_collector_id"), ["collector_id"], unique=False)

    op.create_table(
        "paper_reading",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("residual", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["paper_page.id"], name=op.f("fk_paper_reading_page_id_paper_page")),
        sa.PrimaryKeyConstraint("page_id", name=op.f("pk_paper_reading")),
    )
    op.create_table(
        "serial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=1), nullable=True),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("is_spent", sa.Boolean(), nullable=False),
        sa.CheckConstraint("form IN ('A', 'B')", name=op.f("ck_serial_form_known")),
        sa.ForeignKeyConstraint(["batch"], ["serial_batch.id"], name=op.f("fk_serial_batch_serial_batch")),
        sa.ForeignKeyConstraint(["collector_id"], ["collector.id"], name=op.f("fk_serial_collector_id_collector")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial")),
        sa.UniqueConstraint("code", name=op.f("uq_serial_code")),
    )
    with op.batch_alter_table("serial", schema=None) as batch_op:
        batch_op.create_index("ix_serial_batch_spent", ["batch", "is_spent"], unique=False)
        batch_op.create_index(batch_op.f("ix_serial_collector_id"), ["collector_id"], unique=False)

    op.create_table(
        "sheet_layout",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["serial_batch.id"], name=op.f("fk_sheet_layout_batch_id_serial_batch")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_sheet_layout")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers_until", sa.Date(), nullable=True))

    with op.batch_alter_table("collector", schema=None) as batch_op:
        batch_op.add_column(sa.Column("present", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("time_limit_minutes", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_collector_present_positive"), "present > 0")
        batch_op.create_check_constraint(op.f("ck_collector_time_limit_positive"), "time_limit_minutes > 0")
        batch_op.create_check_constraint(op.f("ck_collector_window_in_order"), "opens <= closes")

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cut_off", sa.String(), server_default="decree", nullable=False))
        batch_op.create_check_constraint(op.f("ck_organisation_cut_off_known"), "cut_off IN ('decree', 'calendar')")

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shows_explanations", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(
            sa.Column("shows_baseline_explanations", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.create_index(
            "uq_role_place",
            ["user_id", "organisation_id", "role"],
            unique=True,
            sqlite_where=sa.text("group_id IS NULL"),
            postgresql_where=sa.text("group_id IS NULL"),
        )

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit entries are only added'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'audit entries are only added'); END"
        )


def downgrade() -> None:
    """Take it back to the form before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_entry_no_change ON audit_entry")
        op.execute("DROP FUNCTION refuse_audit_change()")
    else:
        op.execute("DROP TRIGGER audit_entry_no_update")
        op.execute("DROP TRIGGER audit_entry_no_delete")

    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_place", sqlite_where=sa.text("group_id IS NULL"), postgresql_where=sa.text("group_id IS NULL")
        )

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("shows_baseline_explanations")
        batch_op.drop_column("shows_explanations")

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_organisation_cut_off_known"), type_="check")
        batch_op.drop_column("cut_off")

    with op.batch_alter_table("collector", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_collector_window_in_order"), type_="check")
        batch_op.drop_constraint(op.f("ck_collector_time_limit_positive"), type_="check")
        batch_op.drop_constraint(op.f("ck_collector_present_positive"), type_="check")
        batch_op.drop_column("time_limit_minutes")
        batch_op.drop_column("present")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("answers_until")

    op.drop_table("sheet_layout")
    with op.batch_alter_table("serial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_serial_collector_id"))
        batch_op.drop_index("ix_serial_batch_spent")

    op.drop_table("serial")
    op.drop_table("paper_reading")
    with op.batch_alter_table("serial_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_serial_batch_collector_id"))

    op.drop_table("serial_batch")
    with op.batch_alter_table("paper_page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_page_batch_id"))

    op.drop_table("paper_page")
    op.drop_table("withdrawal")
    op.drop_table("release_file")
    with op.batch_alter_table("paper_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_batch_wave_id"))
        batch_op.drop_index(batch_op.f("ix_paper_batch_organisation_id"))

    op.drop_table("paper_batch")
    op.drop_table("release")
    with op.batch_alter_table("effect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_effect_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_effect_campaign_id"))

    op.drop_table("effect")
    with op.batch_alter_table("briefing_roll", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_briefing_roll_campaign_id"))

    op.drop_table("briefing_roll")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_organisation_id_held_on")
        batch_op.drop_index(batch_op.f("ix_activity_campaign_id"))

    op.drop_table("activity")
    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_succession_new_id"))

    op.drop_table("succession")
    op.drop_table("report_draft")
    with op.batch_alter_table("one_time_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_address_expires_at"))

    op.drop_table("one_time_address")
    with op.batch_alter_table("good_model", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_good_model_organisation_id"))

    op.drop_table("good_model")
    with op.batch_alter_table("difficulty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_difficulty_organisation_id"))

    op.drop_table("difficulty")
    op.drop_table("communication_plan")
    with op.batch_alter_table("check_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_visit_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_check_visit_checked_by_id"))

    op.drop_table("check_visit")
    with op.batch_alter_table("reading_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_reading_decision_batch_id")

    op.drop_table("reading_decision")
    with op.batch_alter_table("purge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purge_campaign_id"))

    op.drop_table("purge")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_id")

    op.drop_table("job")
