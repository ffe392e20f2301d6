"""Commands about campaigns."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup

from survey.campaigns.models import Campaign
from survey.campaigns.queries import all_campaigns
from survey.web.db_session import db

commands = AppGroup("campaign", help="Campaigns: list them.")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects instead of lines.")
def list_campaigns(as_json: bool) -> None:
    """List every campaign with its dates and the state of its waves."""
    campaigns = [_plain(campaign) for campaign in all_campaigns(db.session)]
    if as_json:
        click.echo(json.dumps(campaigns, ensure_ascii=False, indent=2))
        return
    for campaign in campaigns:
        click.echo("{id}  {starts}..{ends}  {organisation}  {title}".format(**campaign))
        for wave in campaign["waves"]:
            click.echo("    wave {id}  {audience}  {kind}  {state}  {opens}..{closes}".format(**wave))


def _plain(campaign: Campaign) -> dict[str, Any]:
    return {
        "id": campaign.id,
        "title": campaign.title,
        "organisation": campaign.organisation.code,
        "starts": campaign.starts.isoformat(),
        "ends": campaign.ends.isoformat(),
        "topics": campaign.topics,
        "waves": [
            {
                "id": wave.id,
                "audience": wave.audience,
                "kind": wave.kind,
                "state": wave.state,
                "opens": wave.opens.isoformat(),
                "closes": wave.closes.isoformat(),
            }
            for wave in campaign.waves
        ],
    }
