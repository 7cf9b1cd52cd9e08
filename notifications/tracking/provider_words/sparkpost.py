"""SparkPost: https://support.sparkpost.com/docs/deliverability/bounce-classification-codes.

Rejections by SparkPost's own list say "suppressed" in the reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from notifications.tracking.provider_words.common import (
    HARD,
    LISTED,
    NOTHING,
    REFUSED,
    SOFT,
    UNSUBSCRIBED,
    Table,
    Told,
    each_means,
)


def words(told: Told) -> Iterator[str]:
    """Yield whether the address is on the list, and the class of a bounce."""
    (event,) = told["msys"].values()
    if event["type"] in ("policy_rejection", "generation_rejection", "bounce"):
        said = f"{event.get('raw_reason')} {event.get('reason')}".lower()
        if "suppress" in said:
            yield "suppressed"
    if "bounce_class" in event:
        yield f"class {event['bounce_class']}"


def _classes(*numbers: int) -> list[str]:
    return [f"class {number}" for number in numbers]


TABLE: Table = {
    "suppressed": LISTED,
    # Invalid recipient; no such recipient.
    **each_means(HARD, *_classes(10, 30)),
    # Unclear, soft, DNS, full, timeout, unspecified, transient.
    **each_means(SOFT, *_classes(1, 20, 21, 22, 24, 40, 70)),
    # Too large, policy, blocked mail, spam, attachment, relaying.
    **each_means(REFUSED, *_classes(23, 25, 50, 51, 52, 53, 54)),
    # Vacation and challenges; somebody subscribes.
    **each_means(NOTHING, *_classes(60, 80, 100)),
    "class 90": UNSUBSCRIBED,
}
