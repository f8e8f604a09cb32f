"""Scans that come with requests: checked and kept in the archive above, named here by their SHA-256.

Reached through the hooks ``portal_keep_file`` (name, content → SHA-256) and ``portal_serve_file`` (SHA-256, name →
answer). Who may read one is asked here: the archive does not know whose it is.
"""

from __future__ import annotations

from pathlib import PurePath

from django.http import Http404, HttpResponseBase
from wagtail import hooks

from .refusals import AccountError

#: What a scanner makes.
_SCANS = frozenset({".pdf", ".jpg", ".jpeg", ".png"})


def keep_scan(name: str, content: bytes) -> str:
    """
    Raises:
        AccountError: it is no scan, or not a file that may be kept.
    """
    if PurePath(name).suffix.lower() not in _SCANS:
        raise AccountError(f"Tệp “{name}” không phải bản chụp. Chỉ nhận pdf, jpg, png.", "scan")
    (keep,) = hooks.get_hooks("portal_keep_file")
    try:
        return str(keep(name, content))
    except ValueError as refusal:
        raise AccountError(str(refusal), "scan") from refusal


def serve_scan(sha256: str, name: str) -> HttpResponseBase:
    """
    Raises:
        Http404: there is none.
    """
    if not sha256:
        raise Http404
    (serve,) = hooks.get_hooks("portal_serve_file")
    answer: HttpResponseBase = serve(sha256, name)
    return answer
