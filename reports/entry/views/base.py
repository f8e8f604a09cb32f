"""What all views of one report share: the report they are about, and how they answer scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from home.accounts.models import User
from indicators.numbers import NumberFormatError
from reports.entry import words
from reports.entry.reading import meant
from reports.submissions.errors import (
    CellConflict,
    LegacyText,
    Locked,
    NotAllowed,
    RowRemoved,
    SubmissionError,
)
from reports.submissions.models import Submission, SubmissionQuerySet


class SubmissionView(View):
    """A view of one report. The viewset hands in the report only if the person may see it; else there is a 404."""

    submission: Submission

    @classmethod
    def found(cls, visible: SubmissionQuerySet) -> SubmissionQuerySet:
        """The reports a person may see, with what the view reads of them."""
        return visible.with_obligation()

    def setup(self, request: HttpRequest, *args: Any, submission: Submission, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.submission = submission

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user


class Malformed(SubmissionError):
    """What a script sent has not the shape agreed on."""

    def __init__(self) -> None:
        super().__init__("Yêu cầu không đúng dạng. Tải lại trang rồi thử lại.")


T = TypeVar("T")


def taken(data: Any, name: str, kind: type[T]) -> T:
    """The member ``name`` of a JSON object, of this very type.

    Raises:
        Malformed
    """
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, kind):
        raise Malformed
    return value


def _texts(data: Any) -> Iterator[str]:
    """Every text in what ``json.loads`` gave."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for one in data:
            yield from _texts(one)
    elif isinstance(data, dict):
        yield from data
        for one in data.values():
            yield from _texts(one)


class JsonView(SubmissionView):
    """Answers a script. A refusal is JSON too: ``message``, with 400 (bad input), 403, 409 (conflict or locked) or 422
    (text that is no figure, with ``suggestions``, or not in Unicode, with ``repair``). Beyond ``most_bytes`` (413)
    nothing is read.
    """

    http_method_names = ["post", "options"]
    most_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.most_bytes:
            return JsonResponse({"message": self.too_large()}, status=413)
        try:
            return JsonResponse(self.answer(self._data()))
        except NumberFormatError as error:
            return JsonResponse(unreadable(error), status=422)
        except CellConflict as error:
            return JsonResponse({"message": str(error), "conflict": self.conflict(error)}, status=409)
        except RowRemoved as error:
            return JsonResponse({"message": str(error), "removed": error.row.row}, status=409)
        except Locked as error:
            return JsonResponse({"message": str(error), "locked": True}, status=409)
        except NotAllowed as error:
            return JsonResponse({"message": str(error)}, status=403)
        except LegacyText as error:
            return JsonResponse({"message": str(error), "repair": proposed(error)}, status=422)
        except SubmissionError as error:
            return JsonResponse({"message": str(error)}, status=400)

    def too_large(self) -> str:
        return f"Nội dung gửi lên quá lớn, mỗi lần tối đa {words.size(self.most_bytes)}."

    def _data(self) -> Any:
        """
        Raises:
            Malformed: no JSON, nested beyond reason, or with text that cannot be stored (NUL, half a surrogate pair).
        """
        try:
            data = json.loads(self.request.body)
            written = "\n".join(_texts(data))
            written.encode()
        except (ValueError, RecursionError):
            raise Malformed from None
        if "\0" in written:
            raise Malformed
        return data

    def answer(self, data: Any) -> dict[str, Any]:
        """
        Raises:
            SubmissionError, NumberFormatError
        """
        raise NotImplementedError

    def conflict(self, error: CellConflict) -> Any:
        """What stands there now, for the script to lay beside what was typed."""
        raise NotImplementedError


def proposed(error: LegacyText) -> dict[str, str]:
    return {
        "encoding": error.encoding,
        "before": error.before,
        "after": error.after,
        "repaired": error.repaired,
    }


def unreadable(error: NumberFormatError) -> dict[str, Any]:
    return {"message": str(error), "suggestions": meant(error)}
