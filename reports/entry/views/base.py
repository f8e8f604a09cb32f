"""What all views of one report share: the report they are about, and how they answer scripts."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from home.accounts.models import User
from indicators.numbers import NumberFormatError, format_number
from reports.submissions.errors import CellConflict, Locked, NotAllowed, SubmissionError
from reports.submissions.models import Submission


class SubmissionView(View):
    """A view of one report. The viewset hands in the report only if the person may see it; else there is a 404."""

    submission: Submission

    def setup(self, request: HttpRequest, *args: Any, submission: Submission, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.submission = submission

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user


class JsonView(SubmissionView):
    """Answers a script. A refusal is JSON too: ``message``, with 400 (bad input), 403, 409 (conflict or locked) or 422
    (text that is no figure, with ``suggestions``)."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            data = json.loads(request.body)
            if not isinstance(data, dict):
                raise TypeError(data)
            answer = self.answer(data)
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, NumberFormatError):
                return JsonResponse(unreadable(error), status=422)
            return JsonResponse({"message": "Yêu cầu không đúng dạng. Tải lại trang rồi thử lại."}, status=400)
        except CellConflict as error:
            return JsonResponse({"message": str(error), "conflict": self.conflict(error)}, status=409)
        except Locked as error:
            return JsonResponse({"message": str(error), "locked": True}, status=409)
        except NotAllowed as error:
            return JsonResponse({"message": str(error)}, status=403)
        except SubmissionError as error:
            return JsonResponse({"message": str(error)}, status=400)
        return JsonResponse(answer)

    def answer(self, data: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def conflict(self, error: CellConflict) -> Any:
        raise NotImplementedError


def unreadable(error: NumberFormatError) -> dict[str, Any]:
    return {"message": str(error), "suggestions": [format_number(meant) for meant in error.suggestions]}
