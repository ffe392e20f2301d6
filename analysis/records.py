"""The records that cross between survey and analysis: counts in, estimates and changes out.

Nothing here computes and nothing here needs NumPy or SciPy, so that web workers can import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Sampling(StrEnum):
    """How the people who were invited to answer were chosen."""

    CENSUS = "census"  # everyone on the roster was invited; classes are strata
    SRS = "srs"  # persons drawn at random from the roster
    CLUSTER = "cluster"  # some classes drawn, everybody in them invited


class Verdict(StrEnum):
    """Whether a group has reached the target share."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_YET_SHOWN = "not_yet_shown"


class Strength(StrEnum):
    """How much a verdict leans on those who did not answer (docs/methods.md, sections 4 and 5)."""

    CERTAIN = "certain"  # no answer still missing can change it
    ROBUST = "robust"  # holds even if non-respondents differ by ten points from respondents
    DEPENDS = "depends on non-respondents"


class Shown(StrEnum):
    """What a change lets us say; "not shown" never means "no change"."""

    INCREASE = "increase_shown"
    DECREASE = "decrease_shown"
    NOT_SHOWN = "not_shown"


class Method(StrEnum):
    """The interval behind a result."""

    HYPERGEOMETRIC = "exact_hypergeometric"  # section 3.1
    CLOPPER_PEARSON = "clopper_pearson"  # population unknown
    WILSON_EFFECTIVE = "wilson_effective"  # section 3.3
    NEWCOMBE_UNPAIRED = "newcombe_unpaired"  # section 7.1 without pairs (Newcombe 1998b, method 10)
    NEWCOMBE_PAIRED = "newcombe_paired"  # section 7.1, everybody matched (Newcombe 1998c, method 10)
    MOVER_PARTLY_PAIRED = "mover_partly_paired"  # section 7.1, some matched
    MOVER_EFFECTIVE = "mover_effective"  # section 7.1 with Wilson limits at effective sizes
    CLASS_DIFFERENCES = "class_differences"  # section 7.2
    COMMON_ITEMS_CLASSES = "common_items_classes"  # section 10: mean share right on common items, as section 7.2
    COMMON_ITEMS_WELCH = "common_items_welch"  # section 10: the same mean, Welch's t interval
    NONE = "none"  # nothing could be computed; reasons say why


class Reason(StrEnum):
    """Stable codes that qualify a result; the wording of each lives with whoever shows it."""

    NO_DATA = "no_data"  # nobody answered
    POPULATION_UNKNOWN = "population_unknown"  # no headcount: no finite population correction, no counts
    DRAWN_UNKNOWN = "drawn_unknown"  # how many were invited is unknown: no response rate
    ROSTER_TOO_SMALL = "roster_too_small"  # more answers than people: no correction, no verdict
    LOW_RESPONSE = "low_response"  # gate: response rate below the plan's minimum
    TOO_FEW_CLASSES = "too_few_classes"  # gate: cluster design with too few degrees of freedom
    EMPTY_STRATUM = "empty_stratum"  # gate: a stratum (or school) without answers
    STRATUM_UNKNOWN = "stratum_unknown"  # too many respondents without a class: no class strata
    STRATUM_PARTLY_UNKNOWN = "stratum_partly_unknown"  # a few respondents without a class, left out of the weighting
    STRATA_COLLAPSED = "strata_collapsed"  # small strata were merged; `collapsed` names them
    LONELY_CLASS = "lonely_class"  # a stratum with one drawn class
    SILENT_CLASS = "silent_class"  # a drawn class without answers
    SINGLE_ANSWER = "single_answer"  # a school with one answer in a roll-up
    SILENT_SCHOOL = "silent_school"  # a school without answers in a roll-up; `left_out` names it
    RAKING_FAILED = "raking_failed"  # calibration did not settle; post-strata instead
    SMALL_POPULATION = "small_population"  # fewer than 10 people: 90 % means everyone
    CLASSES_LEFT_OUT = "classes_left_out"  # change: classes without answers in a wave; `left_out` names them
    TOO_FEW_PAIRS = "too_few_pairs"  # change: fewer matched persons than the plan's minimum, matching not used
    MATCHED_DISAGREE = "matched_disagree"  # change: matched persons and all respondents point different ways
    FORMS_NOT_LINKED = "forms_not_linked"  # change: the waves do not share their forms
    COMMON_ITEMS = "common_items"  # change: of the mean share right on the items that two different forms share
    FORMS_REWEIGHTED = "forms_reweighted"  # the mix of forms differs between waves: average of the forms
    FORMS_DIFFER = "forms_differ"  # one form came out easier than the other in both waves
    TOO_FEW_FAILING = "too_few_failing"  # share of the gap closed: fewer than five to start with
    NO_GAP = "no_gap"  # share of the gap closed: nothing was left to gain


@dataclass(frozen=True, slots=True)
class ClusterCounts:
    """One line of counts: the answers of one class (or of a whole list) on one form.

    - `stratum`: in a census the class; under cluster sampling the grade the classes were drawn from.
      None: respondents whose class is unknown, or a list that has no classes (teachers, employees).
    - `cluster`: the class, under cluster sampling only; ignored otherwise.
    - `population`: headcount of the (stratum, cluster); None if unknown. Lines that differ only in `form`
      repeat the same headcount: it counts once.
    - `drawn`: how many persons of the (stratum, cluster) were invited, repeated over forms like `population`.
      Census: None (everybody). SRS: the number drawn from the roster. Cluster: the class's headcount (or None)
      for a drawn class, 0 for a class that was not drawn.
    - The number of classes M_h of a stratum under cluster sampling is the number of its distinct clusters
      among the lines, so list the classes not drawn too (drawn=0, answered=0, with their headcount); or state
      it in `Design.classes`.
    - `answered`, `understood`: respondents and those of them who meet the criterion; 0 <= understood <= answered.
    """

    wave: str
    audience: str
    topic: str | None
    form: str | None
    stratum: str | None
    cluster: str | None
    drawn: int | None
    population: int | None
    answered: int
    understood: int

    def __post_init__(self) -> None:
        if not 0 <= self.understood <= self.answered:
            raise ValueError(f"understood must be between 0 and answered: {self.understood} of {self.answered}")
        # Spelled out: a ward makes tens of thousands of these.
        if (self.drawn is not None and self.drawn < 0) or (self.population is not None and self.population < 0):
            raise ValueError(f"counts must not be negative: drawn {self.drawn}, population {self.population}")


@dataclass(frozen=True, slots=True)
class Design:
    """What a plan fixes before anyone answers; stated once, every verb takes it.

    - `target`: share to reach, an exact fraction in (0, 1].
    - `confidence`: two-sided level of every interval; each side errs with at most (1 - confidence) / 2.
    - `minimum_response`: below this response rate no verdict is given unless it is certain.
    - `cap`: never credit a sample with more than a simple random sample of its size (section 3.3).
    - `collapse`: stratum -> the larger one it joins when small (class -> grade); one that is not named joins
      the whole group.
    - `classes`: number of classes M_h per stratum, for cluster sampling when classes not drawn are not listed
      (key "" for lines without a stratum).
    - `minimum_stratum`: answers below which a class joins its grade; `maximum_unknown_stratum`: share of answers
      without a class above which classes are not used (section 6.1).
    - `minimum_degrees`: degrees of freedom below which a class sample gives no verdict (section 4);
      `intraclass_correlation`: assumed where a class sample shows no spread (section 3.3).
    - `robust_margin`: how far non-respondents may differ from respondents for a robust verdict (section 5).
    - `minimum_pairs`, `minimum_classes`: matched persons and classes that a change needs to use them (section 7).
    - `form_tolerance`: how far the mix of forms may differ between waves; `forms_linked`: False when the plan gave each
      wave its own form (section 10, "Two forms").
    """

    sampling: Sampling = Sampling.CENSUS
    target: Fraction = Fraction(9, 10)
    confidence: float = 0.95
    minimum_response: Fraction = Fraction(3, 5)
    cap: bool = True
    collapse: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    plan_version: str | None = None
    minimum_stratum: int = 5
    minimum_degrees: int = 8
    maximum_unknown_stratum: Fraction = Fraction(1, 20)
    intraclass_correlation: float = 0.05
    minimum_pairs: int = 10
    minimum_classes: int = 9
    form_tolerance: Fraction = Fraction(1, 10)
    robust_margin: Fraction = Fraction(1, 10)
    forms_linked: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.target <= 1:
            raise ValueError(f"target must lie in (0, 1], not {self.target}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie in (0, 1), not {self.confidence}")

    @property
    def tail(self) -> float:
        """The error allowed on each side of an interval, alpha/2."""
        return (1 - self.confidence) / 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """One share with everything that must be shown beside it (docs/methods.md, section 0).

    Shares are floats in [0, 1] at full precision, counts are persons; None means "cannot be said", and `reasons`
    says why. `low`..`high` is the decision interval, `low_count`..`high_count` the same in persons of the
    population; `worst_low`..`worst_high` are the bounds without any assumption about non-respondents;
    `tipping` is the share of them who must understand for the target to hold (<= 0: already certain, > 1:
    impossible). `p_met` and `p_not` are the one-sided p-values that belong to the verdict.
    """

    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    low_count: int | None = None
    high_count: int | None = None
    understood: int = 0
    answered: int = 0
    population: int | None = None
    response_rate: float | None = None
    method: Method = Method.NONE
    confidence: float = 0.95
    effective_n: float | None = None
    design_effect: float | None = None
    df: float | None = None
    verdict: Verdict | None = None
    strength: Strength | None = None
    worst_low: float | None = None
    worst_high: float | None = None
    tipping: float | None = None
    reasons: tuple[Reason, ...] = ()
    plan_version: str | None = None
    # Beyond section 0: what reports, charts and the change need as well.
    p_met: float | None = None
    p_not: float | None = None
    target_count: int | None = None
    raw: float | None = None  # understood / answered, without any weighting
    wilson_low: float | None = None  # Wilson limits (section 3.2) for charts
    wilson_high: float | None = None
    design_effect_without_fpc: float | None = None
    invited: int | None = None
    collapsed: tuple[str, ...] = ()  # strata that were merged
    left_out: tuple[str, ...] = ()  # schools or strata without answers
    low_response_strata: tuple[str, ...] = ()  # strata where fewer than half answered


@dataclass(frozen=True, slots=True)
class MatchedCounts:
    """Persons linked by their code: yes/yes, yes then no, no then yes, no/no."""

    both: int
    lost: int
    gained: int
    neither: int

    def __post_init__(self) -> None:
        if min(self.both, self.lost, self.gained, self.neither) < 0:
            raise ValueError(f"counts of matched persons must not be negative: {self}")

    @property
    def total(self) -> int:
        """The number of matched persons."""
        return self.both + self.lost + self.gained + self.neither


@dataclass(frozen=True, slots=True)
class PairedCounts:
    """Matched persons with their McNemar mid-p and Tango's interval for (gained - lost) / matched (section 7.4)."""

    gained: int
    lost: int
    both: int
    neither: int
    midp: float
    tango_low: float | None
    tango_high: float | None
    exact_p: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The change of a share between two waves, after minus before (docs/methods.md, section 7).

    `value`, `low`, `high` are differences of shares in [-1, 1] (times 100: percentage points); `before` and
    `after` are the two shares it is the difference of. `p` tests "no change"; `p_holm` is filled in when the
    family of changes is adjusted; `shown` uses `p_holm` where there is one, else `p`. `rho` is the correlation
    of the two shares through matched persons. With `common_items` the shares are mean shares right on so many items
    that the waves have in common, not shares of people who understand (section 10).
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    se: float | None = None
    method: Method = Method.NONE
    p: float | None = None
    rho: float | None = None
    df: float | None = None
    shown: Shown = Shown.NOT_SHOWN
    paired: PairedCounts | None = None
    reasons: tuple[Reason, ...] = ()
    before: float | None = None
    after: float | None = None
    test: str | None = None
    p_holm: float | None = None
    confidence: float = 0.95
    left_out: tuple[str, ...] = ()
    plan_version: str | None = None
    common_items: int | None = None
