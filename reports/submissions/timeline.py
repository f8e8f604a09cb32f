"""What has happened to a report, in words, oldest first. Told from the audit trail: nothing is written for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from home.audit.models import AuditEntry

from .models import DispatchChannel, Submission
from .services import reasons_in_words
from .status import Verb


@dataclass(frozen=True, slots=True)
class Event:
    """``who`` is empty for acts of the portal itself; ``tone`` is done, info, warn or late (never meaning alone)."""

    at: datetime
    who: str
    text: str
    detail: str = ""
    tone: str = "info"
    verb: str = ""


def _reasons(data: dict[str, Any]) -> str:
    return reasons_in_words(data.get("reasons", []), data.get("text", ""))


def _forms(data: dict[str, Any]) -> str:
    return ", ".join(data.get("forms", []))


#: verb → (tone, sentence, detail). The sentence follows the person's name.
_WORDS: dict[str, tuple[str, Callable[[dict[str, Any]], str], Callable[[dict[str, Any]], str]]] = {
    Verb.SUBMIT: ("info", lambda d: f"trình duyệt (bản trình {d['snapshot']})", lambda d: ""),
    Verb.WITHDRAW: ("warn", lambda d: "rút lại", _reasons),
    Verb.REVIEW: ("done", lambda d: "đã kiểm tra, chuyển bước sau", lambda d: d.get("text", "")),
    Verb.APPROVE_DATA: ("done", lambda d: f"duyệt số liệu biểu {_forms(d)}", lambda d: ""),
    Verb.APPROVE_REPORT: ("done", lambda d: "duyệt báo cáo", lambda d: ""),
    Verb.DECLARE: ("done", lambda d: "cam đoan và chịu trách nhiệm về báo cáo", lambda d: ""),
    Verb.APPROVE_BY_DOCUMENT: (
        "done",
        lambda d: f"ghi nhận văn bản đã ký {d['number']}",
        lambda d: f"Người ký: {d['signer']}. Mã SHA-256 của tệp: {d['file']}",
    ),
    Verb.REFUSE: (
        "late",
        lambda d: f"không duyệt{' biểu ' + d['form'] if d.get('form') else ''}",
        _reasons,
    ),
    Verb.APPROVE: ("done", lambda d: "hoàn thành phê duyệt", lambda d: ""),
    Verb.LAPSE: (
        "warn",
        lambda d: "quy trình phê duyệt bị tắt; báo cáo được trả về để trình lại",
        lambda d: "",
    ),
    Verb.ISSUE: ("done", lambda d: f"cấp số, phát hành: {d['number']}", lambda d: ""),
    Verb.SEND: ("done", lambda d: f"gửi báo cáo (lần {d['number']})", lambda d: f"Mã nhận {d['receipt']}"),
    Verb.RECALL: ("warn", lambda d: "thu hồi báo cáo đã gửi", _reasons),
    Verb.RETURN: ("late", lambda d: "trả lại báo cáo", _reasons),
    Verb.ACCEPT: ("done", lambda d: "tiếp nhận báo cáo", lambda d: f"Mã nhận {d['receipt']}"),
    Verb.REQUEST_ADJUSTMENT: ("info", lambda d: "đề nghị điều chỉnh số liệu", _reasons),
    Verb.ADJUST: ("warn", lambda d: "mở báo cáo để điều chỉnh số liệu", _reasons),
    Verb.DECLINE_ADJUSTMENT: ("info", lambda d: "không đồng ý điều chỉnh", _reasons),
    Verb.CANCEL_ADJUSTMENT: ("info", lambda d: "hủy điều chỉnh, giữ số liệu đã tiếp nhận", _reasons),
    Verb.RECORD_OUTSIDE: (
        "done",
        lambda d: (
            f"ghi nhận đã gửi {DispatchChannel(d['channel']).label.lower()} lúc "
            f"{timezone.localtime(datetime.fromisoformat(d['sent_at'])):%H:%M %d/%m/%Y}"
        ),
        lambda d: d.get("text", ""),
    ),
}


def tell_of(verb: str, sentence: Callable[[dict[str, Any]], str], *, tone: str = "info") -> None:
    """Words for a verb of a higher app, by its full name, such as ``consolidation.fill``."""
    _WORDS[verb] = (tone, sentence, _reasons)


#: What is too small for the timeline of a report.
_SILENT = {"submission.attach", "submission.detach"}


def timeline(submission: Submission) -> list[Event]:
    """Everything that was done to the report, in words. Two queries.

    A sending where the regime asks for no signature says so, so that nobody takes the paper for a signed one.
    """
    events = []
    signed = submission.regime["requires_signature"]
    for entry in AuditEntry.objects.about(submission).select_related("person", "on_behalf_of"):
        verb = entry.verb.removeprefix("submission.")
        if entry.verb in _SILENT or verb not in _WORDS:
            continue
        tone, sentence, detail = _WORDS[verb]
        who = str(entry.person) if entry.person else ""
        if entry.on_behalf_of:
            who = f"{who} (thay {entry.on_behalf_of})"
        text = detail(entry.data)
        if verb == Verb.SEND and not signed:
            note = "Chế độ này không yêu cầu ký số trên hệ thống"
            text = f"{text}. {note}." if text else f"{note}."
        events.append(Event(entry.at, who, sentence(entry.data), text, tone, verb))
    return events
