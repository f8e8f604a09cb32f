"""Who may make which report public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from home.accounts.duties import duties_of
from home.accounts.models import DutyKind
from home.organisations.models import Organisation
from reports.submissions.models import Submission, SubmissionQuerySet
from reports.submissions.status import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from home.accounts.models import User


def publishes(user: User | AnonymousUser) -> bool:
    """Holds PUBLISH somewhere."""
    return bool(duties_of(user).organisations(DutyKind.PUBLISH))


def publishable(user: User | AnonymousUser) -> SubmissionQuerySet:
    """The accepted reports ``user`` may make public: those of his organisation and those it received (R125).

    The list of what ``submissions.permissions.may_publish`` answers for one, but for reports being adjusted.
    """
    reachable = Q(pk__in=[])
    for organisation_id, codes in duties_of(user).regimes(DutyKind.PUBLISH).items():
        theirs = Q(obligation__organisation_id=organisation_id) | Q(obligation__recipient_id=organisation_id)
        if codes is not None:
            theirs &= Q(obligation__tier__round__regime_version__code__in=codes)
        reachable |= theirs
    return Submission.objects.filter(reachable, status=Status.ACCEPTED, accepted_snapshot__isnull=False)


def publishing_organisation(user: User, submission: Submission) -> Organisation:
    """In whose name: the organisation that reports where ``user`` publishes for it, else the one that received; of
    what has ended, who answers for it.
    """
    obligation, book = submission.obligation, duties_of(user)
    own = obligation.organisation_id in book.organisations(DutyKind.PUBLISH)
    return (obligation.organisation if own else obligation.recipient).answering(book.day)
