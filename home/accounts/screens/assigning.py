"""“Phân công nhập liệu”: what the organisation owes, and which division or person does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from home.accounts import assigning
from home.accounts.models import DivisionMember, DutyKind, User
from home.accounts.permissions import may_administer, may_grant
from home.accounts.services import AccountError, Outdated
from home.organisations.models import Division
from home.organisations.services import rename_division

from .parts import LONGEST_KEY, OrganisationScreen, VerbView, day_field

Wanted = Mapping[str, set[str]]


@dataclass(frozen=True)
class Cell:
    assignee: assigning.Assignee
    value: str
    checked: bool


@dataclass(frozen=True)
class Line:
    """``level``: 0 for everything, 1 for a report, 2 for a form."""

    level: int
    label: str
    cells: tuple[Cell, ...]
    lacking: bool
    more: str = ""
    rows_url: str = ""


class _BoardView(OrganisationScreen):
    header_icon = "tasks"
    kind = DutyKind.ENTER

    @cached_property
    def board(self) -> assigning.Board:
        return assigning.board(self.organisation, self.kind)

    def may(self) -> bool:
        return may_grant(self.request.user, self.kind, self.organisation)

    def given(self, keys: list[str]) -> dict[str, set[str]]:
        """What the screen brings back: nothing for an assignee without ticks."""
        wanted: dict[str, set[str]] = {key: set() for key in keys}
        for value in self.request.POST.getlist("give"):
            key, _, scope = value.partition("|")
            wanted.setdefault(key, set()).add(scope)
        return wanted

    def save(self, wanted: Wanted, offered: frozenset[str]) -> HttpResponse:
        try:
            count = assigning.assign(
                self.organisation,
                self.kind,
                wanted,
                offered=offered,
                seen=self.request.POST.get("seen", ""),
                by=cast(User, self.request.user),
            )
        except Outdated as refusal:
            messages.error(self.request, str(refusal))
            return self.render_to_response(self.get_context_data())
        except AccountError as refusal:
            messages.error(self.request, f"Chưa ghi được. {refusal}")
            return self.render_to_response(self.get_context_data(wanted=wanted))
        said = (
            f"Đã ghi phân công: thay đổi ở {count} người, phòng ban."
            if count
            else "Phân công không có gì thay đổi."
        )
        messages.success(self.request, said)
        return HttpResponseRedirect(self.request.get_full_path())


class AssignView(_BoardView):
    page_title = "Phân công nhập liệu"
    template_name = "accounts/assign.html"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        other, label = (
            ("assign_approval", "Phân công duyệt số liệu")
            if self.kind == DutyKind.ENTER
            else ("assign", "Phân công nhập liệu")
        )
        url = reverse(f"organisations:{other}", args=[self.organisation.pk])
        return [HeaderButton(label, url=url, icon_name="tasks")]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.save(self.given([one.key for one in self.board.assignees]), self.board.scopes)

    def get_context_data(self, wanted: Wanted | None = None, **kwargs: Any) -> dict[str, Any]:
        board = self.board
        lines = self._lines(wanted or board.held)
        return super().get_context_data(**kwargs) | {
            "organisation": self.organisation,
            "board": board,
            "lines": lines,
            "lacking": sum(line.lacking for line in lines if line.level == 2),
            "besides": [(duty, _besides(duty)) for duty in board.besides],
            "enters": self.kind == DutyKind.ENTER,
        }

    def _lines(self, wanted: Mapping[str, Any]) -> list[Line]:
        board = self.board

        def cells(scope: str) -> tuple[Cell, ...]:
            return tuple(
                Cell(one, f"{one.key}|{scope}", scope in wanted.get(one.key, ())) for one in board.assignees
            )

        lines = [Line(0, "Mọi báo cáo, mọi biểu", cells(assigning.EVERYTHING), lacking=False)]
        for report in board.reports:
            lines.append(Line(1, report.label, cells(report.scope), lacking=board.lacking(report)))
            lines += [
                Line(
                    2,
                    form.label,
                    cells(form.scope),
                    lacking=board.lacking(report, form),
                    more=self._rows_given(form),
                    rows_url=self._rows_url(form) if form.row_scopes else "",
                )
                for form in report.forms
            ]
        return lines

    def _rows_given(self, form: assigning.OwedForm) -> str:
        given = form.row_scopes.intersection(*[frozenset().union(*self.board.held.values())])
        return f"{len(given)}/{len(form.row_scopes)} dòng giao riêng" if given else ""

    def _rows_url(self, form: assigning.OwedForm) -> str:
        if self.kind != DutyKind.ENTER:
            return ""
        address = reverse("organisations:assign_rows", args=[self.organisation.pk])
        return f"{address}?bieu={form.scope.removeprefix('form:')}"


def _besides(duty: Any) -> str:
    scopes = [row.scope for row in duty.scopes.all()] or [assigning.EVERYTHING]
    until = f", đến hết {duty.valid_to:%d/%m/%Y}" if duty.valid_to else ""
    return f"{duty.person}: {assigning.in_words(scopes)}{until}"


class AssignRowsView(_BoardView):
    """The rows of one form, for one person or division at a time; beside each row, who else enters it."""

    page_title = "Phân công theo dòng"
    template_name = "accounts/assign_rows.html"

    def trail(self) -> list[tuple[str, str]]:
        return [(reverse("organisations:assign", args=[self.organisation.pk]), "Phân công nhập liệu")]

    @cached_property
    def owed_form(self) -> assigning.OwedForm | None:
        code = self.request.GET.get("bieu")
        if not code:
            return None
        found = self.board.form(f"form:{code}")
        if found is None:
            raise Http404
        return found

    @cached_property
    def assignee(self) -> assigning.Assignee | None:
        key = self.request.GET.get("nguoi")
        found = next((one for one in self.board.assignees if one.key == key), None)
        if key and found is None:
            raise Http404
        return found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.owed_form is None or self.assignee is None:
            raise Http404
        return self.save(self.given([self.assignee.key]), self.owed_form.row_scopes)

    def get_context_data(self, wanted: Wanted | None = None, **kwargs: Any) -> dict[str, Any]:
        board, form, chosen = self.board, self.owed_form, self.assignee
        held = (wanted or board.held).get(chosen.key, set()) if chosen else set()
        return super().get_context_data(**kwargs) | {
            "organisation": self.organisation,
            "board": board,
            "forms": {
                one.scope.removeprefix("form:"): one.label for report in board.reports for one in report.forms
            },
            "owed_form": form,
            "form_code": form.scope.removeprefix("form:") if form else "",
            "chosen": chosen,
            "whole": chosen is not None
            and form is not None
            and bool(board.held[chosen.key] & {assigning.EVERYTHING, form.scope}),
            "rows": [
                (
                    row,
                    f"{chosen.key}|{row.scope}" if chosen else "",
                    row.scope in held,
                    [
                        one.name
                        for one in board.assignees
                        if one != chosen and row.scope in board.held[one.key]
                    ],
                )
                for row in (form.rows if form else ())
            ],
        }


class MembersForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Người của phòng, ban",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Người mới được giao ngay phần việc của phòng, ban; người ra thì thôi phần đó.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class _DivisionView(VerbView):
    header_icon = "group"

    @cached_property
    def division(self) -> Division:
        return get_object_or_404(Division.objects.select_related("organisation"), pk=self.kwargs["pk"])

    def may(self) -> bool:
        return may_administer(self.request.user, self.division.organisation)

    def get_page_subtitle(self) -> str:
        return str(self.division)

    def trail(self) -> list[tuple[str, str]]:
        return [
            (reverse("organisations:index"), "Cơ quan, đơn vị"),
            (self.get_success_url(), self.division.organisation.name),
        ]

    def get_success_url(self) -> str:
        return reverse("organisations:inspect", args=[self.division.organisation_id])


class RenameForm(forms.Form):
    name = forms.CharField(label="Tên phòng, ban", max_length=200)


class RenameDivisionView(_DivisionView):
    page_title = "Đổi tên phòng, ban"
    form_class = RenameForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.division.name}

    def perform(self, data: dict[str, Any]) -> str:
        old = self.division.name
        return f"Đã đổi tên {old} thành {rename_division(self.division, data['name'], by=self.by).name}."


class CloseDivisionForm(forms.Form):
    on = day_field("Không còn từ ngày", help_text="Ngày cuối cùng hoạt động là ngày trước đó.")
    heir = forms.ModelChoiceField(
        Division.objects.none(),
        label="Phòng, ban tiếp nhận phần nhập liệu",
        required=False,
        empty_label="Không có",
    )
    with_people = forms.BooleanField(label="Người của phòng, ban cũng chuyển sang", required=False)


class CloseDivisionView(_DivisionView):
    page_title = "Kết thúc phòng, ban"
    form_class = CloseDivisionForm
    submit_button_label = "Kết thúc"

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        given = assigning.given_to(self.division)
        said = f"Đang được giao {assigning.in_words(given)}." if given else "Không được giao biểu nào."
        heir = form.fields["heir"]
        heir.queryset = self.division.organisation.divisions.filter(  # type: ignore[attr-defined]
            valid_to=None
        ).exclude(pk=self.division.pk)
        heir.help_text = said
        return form

    def perform(self, data: dict[str, Any]) -> str:
        closed = assigning.close_division(self.division, by=self.by, **data)
        return f"{closed.name} kết thúc; ngày cuối cùng là {closed.valid_to:%d/%m/%Y}."


class MembersView(_DivisionView):
    page_title = "Người của phòng, ban"
    form_class = MembersForm

    @cached_property
    def members(self) -> list[int]:
        rows = DivisionMember.objects.filter(division=self.division, valid_to=None)
        return sorted(rows.values_list("person_id", flat=True))

    def get_initial(self) -> dict[str, Any]:
        return {"people": self.members, "seen": ",".join(map(str, self.members))}

    def get_form(self, form_class: type[forms.Form] | None = None) -> forms.Form:
        form = super().get_form(form_class)
        staff = assigning.people_of(self.division.organisation)
        members = User.objects.filter(pk__in=self.members, is_active=True).order_by("full_name", "username")
        people = form.fields["people"]
        people.queryset = staff | members  # type: ignore[attr-defined]
        return form

    def perform(self, data: dict[str, Any]) -> str:
        seen = {int(pk) for pk in data["seen"].split(",") if pk.isdecimal() and len(pk) < LONGEST_KEY}
        assigning.set_members(self.division, data["people"], seen=seen, by=self.by)
        return f"Đã ghi người của {self.division.name}."
