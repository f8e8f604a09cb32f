"""What differs between provinces, as data: offices, account types, limits, how reports are approved (R50).

A file here is one province's regulation, its articles beside what follows from them. ``manage.py apply_profile`` puts one
into force by keeping its contents; a changed file changes nothing until it is applied. Rules ask ``current()``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from home.accounts.models import AppliedProfile, DutyKind

HERE = Path(__file__).parent
#: As ``reports.regimes`` has them; it lies above.
POLICIES = (
    "data_then_report",
    "together",
    "data_only",
    "report_only",
    "self_declared",
    "by_document",
)
_KEYS = {
    "": {
        "province",
        "decision",
        "system",
        "undertaking",
        "offices",
        "administrators",
        "approval",
        "types",
        "organisations",
    },
    "offices": {"administers", "aggregates", "catalogues"},
    "administrators": {"least", "most"},
    "approval": {"policy", "review_steps", "requires_signature", "delegated_data"},
    "types": {"code", "name", "duties", "article"},
    "organisations": {"code", "name", "kind", "document_code", "superior"},
}


class ProfileError(Exception):
    """The profile does not exist or says something impossible; ``str()`` says what, in Vietnamese."""


@dataclass(frozen=True)
class AccountType:
    """A set of duties under the regulation's own name (R50); ``article`` is where it stands."""

    code: str
    name: str
    duties: tuple[DutyKind, ...]
    article: str


@dataclass(frozen=True)
class Profile:
    """A province's rules. Offices are codes of organisations, "" where the regulation names none.

    ``undertaking`` is the article by which the holder of an account answers for it (R176).
    ``least_administrators`` and ``most_administrators`` are those an organisation has at one time; None: no limit.
    ``delegated_data``: who entered may approve the data of forms in his charge, with a written delegation (Lai Châu 10.2b).
    """

    name: str = ""
    province: str = ""
    decision: str = ""
    system: str = ""
    undertaking: str = ""
    administers: str = ""
    aggregates: str = ""
    catalogues: str = ""
    least_administrators: int = 0
    most_administrators: int | None = None
    policy: str = POLICIES[0]
    review_steps: int = 0
    requires_signature: bool = True
    delegated_data: bool = False
    types: tuple[AccountType, ...] = ()
    organisations: tuple[Mapping[str, str], ...] = field(default=(), compare=False)

    def type(self, code: str) -> AccountType | None:
        return next((one for one in self.types if one.code == code), None)


def article_in_words(article: str) -> str:
    """“điểm b khoản 3 Điều 9” for ``9.3b``, “Điều 8” for ``8``."""
    number, _, clause = article.partition(".")
    point = clause.lstrip("0123456789")
    parts = [f"điểm {point}"] if point else []
    if clause:
        parts.append(f"khoản {clause.removesuffix(point)}")
    return " ".join([*parts, f"Điều {number}"])


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.toml"))


def contents(name: str) -> dict[str, Any]:
    """
    Raises:
        ProfileError: there is no such file, or it is not TOML.
    """
    if name not in names():
        raise ProfileError(f"Không có hồ sơ tỉnh “{name}”. Các hồ sơ có sẵn: {', '.join(names())}.")
    try:
        return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"Tệp {name}.toml không đọc được: {error}.") from error


def read(name: str, said: Mapping[str, Any]) -> Profile:
    """The profile that ``said`` describes.

    Raises:
        ProfileError: an unknown key, duty or policy, a type named twice, or limits that exclude each other.
    """
    sections = {key: said.get(key, {}) for key in ("offices", "administrators", "approval")}
    for key, known in _KEYS.items():
        for part in (
            [said] if not key else said.get(key, []) if key in ("types", "organisations") else [sections[key]]
        ):
            if unknown := sorted(set(part) - known):
                raise ProfileError(
                    f"Hồ sơ {name}: không hiểu mục {', '.join(unknown)}{f' trong [{key}]' if key else ''}."
                )
    administrators, approval = sections["administrators"], sections["approval"]
    least, most = administrators.get("least", 0), administrators.get("most")
    if most is not None and most < max(least, 1):
        raise ProfileError(f"Hồ sơ {name}: số quản trị đơn vị nhiều nhất ({most}) nhỏ hơn ít nhất ({least}).")
    if (policy := approval.get("policy", POLICIES[0])) not in POLICIES:
        raise ProfileError(f"Hồ sơ {name}: không có cách duyệt “{policy}”; các cách: {', '.join(POLICIES)}.")
    types = tuple(_type(name, one) for one in said.get("types", []))
    if len({one.code for one in types}) < len(types):
        raise ProfileError(f"Hồ sơ {name}: có loại tài khoản ghi hai lần.")
    return Profile(
        name=name,
        province=said.get("province", ""),
        decision=said.get("decision", ""),
        system=said.get("system", ""),
        undertaking=said.get("undertaking", ""),
        **sections["offices"],
        least_administrators=least,
        most_administrators=most,
        policy=policy,
        review_steps=approval.get("review_steps", 0),
        requires_signature=approval.get("requires_signature", True),
        delegated_data=approval.get("delegated_data", False),
        types=types,
        organisations=tuple(said.get("organisations", [])),
    )


def _type(name: str, said: Mapping[str, Any]) -> AccountType:
    try:
        duties = tuple(DutyKind(kind) for kind in said["duties"])
        return AccountType(said["code"], said["name"], duties, said.get("article", ""))
    except (KeyError, ValueError) as error:
        raise ProfileError(f"Hồ sơ {name}: loại tài khoản ghi thiếu hoặc sai: {error}.") from error


def current() -> Profile:
    """What is in force; without any, no limits, and reports are approved as Decree 09/2019 has it. One query."""
    applied = AppliedProfile.objects.order_by("-pk").first()
    return read(applied.name, applied.contents) if applied else Profile()
