"""The ledger of deletions: which campaign's single answers were deleted, when and how many. Rows are only added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from survey.core.models import Model


class Purge(Model):
    """One deletion of single answers; the frozen counts stay. Replayed by a restore."""

    __tablename__ = "purge"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Without a foreign key: a restored older database may not know the campaign.
    campaign_id: Mapped[int] = mapped_column(index=True)
    purged_at: Mapped[datetime]
    responses: Mapped[int]
    user_id: Mapped[int | None]
