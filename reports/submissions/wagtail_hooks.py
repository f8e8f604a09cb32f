"""What the layers beneath ask of reports."""

from __future__ import annotations

from wagtail import hooks

from reports.deadlines.models import ObligationQuerySet

from .models import Dispatch, DispatchOutcome


@hooks.register("portal_kept_obligations")
def accepted_stands(obligations: ObligationQuerySet) -> str:
    """A round of which something was accepted goes on: figures of it are in the store."""
    accepted = Dispatch.objects.filter(
        submission__obligation__in=obligations, outcome=DispatchOutcome.ACCEPTED
    )
    names = accepted.values_list("submission__obligation__organisation__name", flat=True).distinct()
    if not (found := sorted(names)):
        return ""
    more = f" và {len(found) - 3} cơ quan khác" if len(found) > 3 else ""
    return (
        f"Báo cáo của {', '.join(found[:3])}{more} đã được tiếp nhận, số liệu đã ghi vào kho nên không hủy cả đợt được nữa. "
        "Có thể miễn, hủy yêu cầu với từng cơ quan còn lại."
    )
