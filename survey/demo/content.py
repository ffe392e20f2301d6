"""The demo's ward, schools and campaigns. Every name is invented; no real school, person or result is meant."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """A class (grade), a staff group (kind) or a residents' group, with headcounts per audience."""

    name: str
    headcounts: dict[str, int]
    grade: int | None = None
    staff_kind: str | None = None


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """A node of the demo's tree."""

    code: str
    name: str
    kind: str
    groups: tuple[DemoGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoWave:
    """One wave: days from today, share of people who answer, and the mean ability of each reporting group.

    `closes` after today leaves the wave open.
    """

    kind: str
    opens: int
    closes: int
    response: dict[str, float]
    ability: dict[str, float]


@dataclass(frozen=True, slots=True)
class DemoCampaign:
    """A campaign of one organisation, for the audiences named, in the schools named."""

    owner: str
    title: str
    audiences: tuple[str, ...]
    places: tuple[str, ...]
    waves: tuple[DemoWave, ...] = field(default=())
    # Places where fewer people answer, as a share of the others' response.
    tired: dict[str, float] = field(default_factory=dict)


def _class(name: str, grade: int, pupils: int) -> DemoGroup:
    if grade < 3:
        return DemoGroup(name, {"parents": pupils}, grade=grade)
    audience = "pupils_primary" if grade < 6 else "pupils_secondary"
    return DemoGroup(name, {audience: pupils, "parents": pupils}, grade=grade)


def _staff(teachers: int, employees: int) -> tuple[DemoGroup, ...]:
    return (
        DemoGroup("Ban giám hiệu", {"staff": 2}, staff_kind="manager"),
        DemoGroup("Giáo viên", {"staff": teachers}, staff_kind="teacher"),
        DemoGroup("Nhân viên", {"staff": employees}, staff_kind="employee"),
    )


WARD = DemoOrganisation(
    "DEMO-HOASIM",
    "Phường Hoa Sim",
    "ward",
    (DemoGroup("Tổ dân phố 1", {"community": 60}), DemoGroup("Tổ dân phố 2", {"community": 55})),
)

SCHOOLS = (
    DemoOrganisation(
        "DEMO-BANMAI",
        "Trường TH và THCS Ban Mai",
        "school",
        (
            _class("3A", 3, 24),
            _class("4A", 4, 26),
            _class("5A", 5, 25),
            _class("6A", 6, 31),
            _class("7A", 7, 30),
            _class("8A", 8, 29),
            _class("9A", 9, 28),
            *_staff(34, 9),
            DemoGroup("Tổ dân phố 3 (cạnh trường)", {"community": 40}),
        ),
    ),
    DemoOrganisation(
        "DEMO-DOICHE",
        "Trường Tiểu học Đồi Chè",
        "school",
        (_class("2A", 2, 22), _class("3A", 3, 23), _class("4A", 4, 24), _class("5A", 5, 22), *_staff(16, 6)),
    ),
    DemoOrganisation(
        "DEMO-SUOIREO",
        "Trường THCS Suối Reo",
        "school",
        (_class("6A", 6, 30), _class("7A", 7, 28), _class("8A", 8, 27), _class("9A", 9, 26), *_staff(20, 7)),
    ),
)

ALL = ("staff", "pupils_secondary", "pupils_primary", "parents", "community")

_BEFORE = {"teachers": 1.0, "employees": 0.7, "pupils": 0.5, "parents": 0.2, "community": 0.1}

CAMPAIGNS = (
    DemoCampaign(
        owner="DEMO-BANMAI",
        title="Hiểu Nghị quyết 71 – học kỳ I",
        audiences=ALL,
        places=("DEMO-BANMAI",),
        waves=(
            DemoWave(
                "baseline",
                opens=-62,
                closes=-52,
                response={
                    "staff": 0.9,
                    "pupils_secondary": 0.9,
                    "pupils_primary": 0.9,
                    "parents": 0.62,
                    "community": 0.5,
                },
                ability=_BEFORE,
            ),
            DemoWave(
                "follow_up",
                opens=-12,
                closes=-3,
                response={
                    "staff": 0.97,
                    "pupils_secondary": 0.94,
                    "pupils_primary": 0.93,
                    "parents": 0.7,
                    "community": 0.5,
                },
                ability={"teachers": 3.6, "employees": 2.3, "pupils": 2.55, "parents": 1.4, "community": 0.7},
            ),
        ),
    ),
    DemoCampaign(
        owner="DEMO-HOASIM",
        title="Phường Hoa Sim cùng hiểu Nghị quyết 71",
        audiences=ALL,
        places=("DEMO-HOASIM", "DEMO-BANMAI", "DEMO-DOICHE", "DEMO-SUOIREO"),
        # Asked twice in one autumn.
        tired={"DEMO-BANMAI": 0.4},
        waves=(
            DemoWave(
                "baseline",
                opens=-48,
                closes=-40,
                response={
                    "staff": 0.85,
                    "pupils_secondary": 0.85,
                    "pupils_primary": 0.8,
                    "parents": 0.55,
                    "community": 0.35,
                },
                ability={group: mean - 0.1 for group, mean in _BEFORE.items()},
            ),
            DemoWave(
                "follow_up",
                opens=-4,
                closes=21,
                response={
                    "staff": 0.6,
                    "pupils_secondary": 0.7,
                    "pupils_primary": 0.6,
                    "parents": 0.35,
                    "community": 0.2,
                },
                ability={"teachers": 2.8, "employees": 2.0, "pupils": 2.0, "parents": 1.2, "community": 0.5},
            ),
        ),
    ),
)
