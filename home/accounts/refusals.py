"""What cannot be done to accounts, in the words people are told."""

from __future__ import annotations

import hashlib
import json


class AccountError(Exception):
    """What was asked cannot be done to the account; ``str()`` says why, in Vietnamese.

    ``field`` is the argument at fault, empty where it is not one alone.
    """

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


class Outdated(AccountError):
    """Somebody else has changed it since the screen was shown: nothing is overwritten."""

    def __init__(self) -> None:
        super().__init__(
            "Người khác vừa sửa trong khi bạn đang xem. Chưa ghi gì; hãy xem lại bản mới nhất dưới đây rồi sửa tiếp."
        )


def state_of(*said: object) -> str:
    """Names a state (JSON values): a screen brings it back, so that nobody overwrites or agrees to what he has not seen."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
