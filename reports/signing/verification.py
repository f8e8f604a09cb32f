"""Is a file signed as its regime asks?"""

from __future__ import annotations

from .models import Signature, SignatureRole


def is_validly_signed(sha256: str) -> bool:
    """The file carries a verified signature of the competent person and one of the agency (R104; Decree 30/2020 Art. 5)."""
    roles = set(
        Signature.objects.filter(sha256=sha256, verified_at__isnull=False).values_list("role", flat=True)
    )
    return roles >= {SignatureRole.PERSON, SignatureRole.AGENCY}
