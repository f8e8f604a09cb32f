"""What can go wrong with a report, each with words for the person who meets it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from .models import ListRow


class SubmissionError(Exception):
    """Base of all refusals; ``str()`` is Vietnamese, for the screen."""


class InvalidTransition(SubmissionError):
    """The report is not where this verb starts from."""


class NotAllowed(SubmissionError):
    """This person may not do this; says why and who may."""


class Incomplete(SubmissionError):
    """Something stands between the report and being handed in. ``problems`` lists all of it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


class NobodyCanApprove(SubmissionError):
    """A step of the approval has nobody but the authors."""


class SnapshotChanged(SubmissionError):
    """The approver saw another snapshot than the current one."""


class CellConflict(SubmissionError):
    """Somebody else has changed the cell since it was shown. ``current`` is what stands there now."""

    def __init__(self, message: str, current: object) -> None:
        self.current = current
        super().__init__(message)


class RowRemoved(SubmissionError):
    """The cell's row has been taken out of its list; it can be brought back. ``row`` is the ``ListRow``."""

    def __init__(self, row: ListRow) -> None:
        self.row = row
        when = f" lúc {timezone.localtime(row.removed_at):%H:%M %d/%m/%Y}" if row.removed_at else ""
        super().__init__(
            f"{row.removed_by or 'Hệ thống'} đã xóa dòng này{when}. Khôi phục dòng thì nhập được tiếp."
        )


class Locked(SubmissionError):
    """The report cannot be edited where it stands."""


class LegacyText(SubmissionError):
    """Text looks as if it were written in TCVN3 or VNI: nothing is stored until the person has chosen (R29, R30).

    ``before`` and ``after`` show the difference, ``repaired`` is the whole text in Unicode.
    """

    def __init__(self, encoding: str, before: str, after: str, repaired: str) -> None:
        self.encoding, self.before, self.after, self.repaired = encoding, before, after, repaired
        super().__init__(
            f"Chữ này ở phông {encoding}: {before} → {after}. Chọn đổi sang Unicode hoặc giữ nguyên."
        )
