"""What stands between a design and its publication."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS

from home.accounts.models import User


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, in Vietnamese: what, where, what to do.

    ``field`` names the model's field or child relation to look at, "" if it is none of them.
    ``blocks`` False is a warning: shown, and no hindrance.
    ``formula_of`` is the key of the row, column or check in ``field`` that must not be saved so, ``part`` its field.
    """

    text: str
    field: str = ""
    blocks: bool = True
    formula_of: str = ""
    part: str = "formula"

    def __str__(self) -> str:
        return self.text


class CannotPublish(ValueError):
    """A form or regime that is not fit to be published; ``problems`` lists all that blocks."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = [problem for problem in problems if problem.blocks]
        super().__init__(" ".join(map(str, self.problems)))


class NotDesigner(CannotPublish):
    """This person does not design for the organisation that owns the form."""

    def __init__(self, person: User, owner: object) -> None:
        text = f"{person} không có nhiệm vụ thiết kế chế độ, biểu mẫu của {owner}."
        super().__init__([Problem(text)])


def by_field(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Their texts as ``ValidationError`` takes them."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.field or NON_FIELD_ERRORS, []).append(problem.text)
    return found
