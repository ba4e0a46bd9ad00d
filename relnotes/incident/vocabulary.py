"""The closed sets of an incident record; the value is the word shown and written.

The words of status, review and follow-up are disjoint, so that "open" means one thing.
"""

from __future__ import annotations

from enum import StrEnum


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class IncidentKind(StrEnum):
    INCIDENT = "incident"
    NEAR_MISS = "near_miss"
    HAZARD = "hazard"
    DRILL = "drill"


class Severity(StrEnum):
    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"
    UNRATED = "unrated"  # nobody said, as of an incident that is told from outside


class Precision(StrEnum):
    """How well a time is known; `Moment.bounds` says what that means in instants."""

    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    RANGE = "range"


class EventKind(StrEnum):
    ROLLOUT_STARTED = "rollout_started"
    ROLLOUT_STEP = "rollout_step"
    ROLLOUT_COMPLETED = "rollout_completed"
    AMPLIFIED = "amplified"
    SIGNAL = "signal"
    REPORTED = "reported"
    DETECTED = "detected"
    DECLARED = "declared"
    DECISION = "decision"
    MITIGATION_APPLIED = "mitigation_applied"
    MITIGATION_REMOVED = "mitigation_removed"
    ROLLBACK_STARTED = "rollback_started"
    ROLLBACK_STEP = "rollback_step"
    ROLLBACK_COMPLETED = "rollback_completed"
    FIX_SHIPPED = "fix_shipped"
    VERIFIED = "verified"
    PUBLIC_UPDATE = "public_update"
    PUBLIC_STATEMENT = "public_statement"
    POSTMORTEM_PUBLISHED = "postmortem_published"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CLOSED = "closed"
    NOTE = "note"
    CORRECTION = "correction"
    RETRACTION = "retraction"


class Status(StrEnum):
    """Derived from the events; nobody writes it."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MITIGATED = "mitigated"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    FALSE_ALARM = "false_alarm"
    REOPENED = "reopened"


class PublicStatus(StrEnum):
    """The words of a status page."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Outcome(StrEnum):
    """How a `closed` event ends an incident that was none; absent for an ordinary end."""

    DECLINED = "declined"
    DUPLICATE = "duplicate"
    FALSE_ALARM = "false_alarm"


class Review(StrEnum):
    """Of the postmortem."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    WAIVED = "waived"


class FollowUpState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    WONT_DO = "wont_do"


class FollowUpType(StrEnum):
    DETECT = "detect"
    PREVENT = "prevent"
    MITIGATE = "mitigate"
    PROCESS = "process"
    EVAL = "eval"


class Confidence(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(StrEnum):
    """What is thought of a contributing change."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RULED_OUT = "ruled_out"


class Gate(StrEnum):
    """Where the behaviour could have been caught before everyone had it."""

    OFFLINE_EVALS = "offline_evals"
    AB_TESTS = "ab_tests"
    SPOT_CHECKS = "spot_checks"
    SAFETY = "safety"
    DEPLOYMENT = "deployment"


class Heeded(StrEnum):
    """What was made of a signal that was there before the launch."""

    RELIED_ON = "relied_on"
    MISSED = "missed"
    OVERRULED = "overruled"


class MitigationKind(StrEnum):
    SYSTEM_PROMPT = "system_prompt"
    DECODING = "decoding"
    FEATURE_OFF = "feature_off"
    OTHER = "other"
