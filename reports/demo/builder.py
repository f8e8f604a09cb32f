"""Sets the stage of a demonstration: organisations, people, catalogue, forms, pages. By the services people use."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from home.accounts import asking, assigning
from home.accounts import services as accounts
from home.accounts.focal import name_focal_person
from home.accounts.models import PORTAL_WIDE, DutyKind, FocalRole, RequestKind, User
from home.accounts.profiles.applying import apply as apply_profile
from home.models import GuidancePage, HomeHeadline, HomePage, PortalSettings, SectionPage
from home.organisations.importing import import_organisations
from home.organisations.models import LegalAct, Organisation
from home.organisations.services import open_division
from home.sections import lay_first_pages
from indicators.catalogue import imports
from indicators.catalogue.resources import (
    CatalogueResource,
    IndicatorGroupResource,
    IndicatorResource,
    MeasureResource,
)
from indicators.models import Indicator
from indicators.numbers import CellValue, parse_number
from indicators.periods import Period
from indicators.store.models import Figure, Source, SourceKind, Standing, ValueType
from indicators.store.services import FigureEntry, post, release
from reports.regimes.compiling import publish_form
from reports.regimes.models import (
    FormCheck,
    FormColumn,
    FormRow,
    OutlinePage,
    OutlineSection,
    RegimePage,
    RegimeRelated,
    RegimeSubject,
    RegimeTier,
    ReportForm,
)

#: When the stage was set: before the first act of the story.
SET_AT = datetime(2024, 4, 1, 1, tzinfo=UTC)
#: Everybody's password in the demonstration; it is never installable in production settings.
PASSWORD = "baocao-minh-hoa"


_INVENTED = "Số liệu minh họa"
#: How much of a year is done by the end of each month.
_COURSE = [Decimal(share) / 100 for share in (7, 13, 22, 30, 38, 47, 56, 64, 73, 81, 90, 100)]


class StageError(Exception):
    """The data of the demonstration are refused by the services; names what."""


class Builder:
    """Builds the stage of one province from its folder and its module of regimes."""

    def __init__(self, folder: Path, regimes: ModuleType) -> None:
        self.folder = folder
        self.regimes = regimes
        self.admin: User

    def build(self) -> None:
        """All steps; each is one transaction, so that nobody is kept from the database for long."""
        for step in (
            self.administrator,
            self.organisations,
            self.people,
            self.catalogue,
            self.forms,
            self.pages,
            self.focal_persons,
            self.division,
            self.request,
            self.plans,
            self.former_halves,
        ):
            with transaction.atomic():
                step()

    def _rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def administrator(self) -> None:
        self.admin = accounts.create_person(
            "admin",
            full_name="Quản trị Minh Họa",
            email="admin@example.vn",
            password=PASSWORD,
            superuser=True,
            must_change_password=False,
        )

    def organisations(self) -> None:
        report = import_organisations(
            (self.folder / "co_quan.csv").read_bytes(), on=SET_AT.date(), dry_run=False, by=self.admin
        )
        if report.errors:
            raise StageError("; ".join(map(str, report.errors)))
        for number, kind, issuer, title, signed_on, valid_from in self.regimes.ACTS:
            LegalAct.objects.create(
                number=number,
                kind=kind,
                issuer=issuer,
                title=title,
                signed_on=date.fromisoformat(signed_on),
                valid_from=date.fromisoformat(valid_from),
            )

        apply_profile(self.regimes.PROFILE, at=SET_AT)

    def people(self) -> None:
        organisations = {organisation.code: organisation for organisation in Organisation.objects.all()}
        for row in self._rows("nguoi.csv"):
            person = accounts.create_person(
                row["ten_dang_nhap"],
                full_name=row["ho_ten"],
                email=f"{row['ten_dang_nhap']}@example.vn",
                password=PASSWORD,
                by=self.admin,
                must_change_password=False,
            )
            organisation = organisations[row["co_quan"]]
            if row["chuc_vu"]:
                accounts.appoint(
                    person,
                    organisation,
                    title=row["chuc_vu"],
                    signing_form=row["quyen_han_ky"],
                    signs_for_title=row["ky_cho"],
                    valid_from=SET_AT.date(),
                    by=self.admin,
                )
            for kind in row["nhiem_vu"].split(";"):
                accounts.grant(person, kind, organisation, by=self.admin, valid_from=SET_AT.date())

    def catalogue(self) -> None:
        for resource, name in (
            (MeasureResource, "don_vi_tinh.csv"),
            (IndicatorGroupResource, "nhom_chi_tieu.csv"),
            (IndicatorResource, "chi_tieu.csv"),
        ):
            self._import(resource, name)

    def _import(self, resource: type[CatalogueResource], name: str) -> None:
        outcome, token = imports.preview(resource, name, (self.folder / name).read_bytes(), by=self.admin)
        if not token:
            wrong = [f"{row.line} {row.code}: {row.errors}" for row in outcome.rows if row.errors]
            raise StageError(f"{name}: {outcome.problems} {wrong}")
        imports.confirm(resource, token, by=self.admin)

    # ---------------------------------------------------------------- forms

    def forms(self) -> None:
        regimes = self.regimes
        for code, (title, _, rows) in regimes.SECTORS.items():
            self._form(code, title, "SKHDT", self._sector_rows(rows), regimes.MONTHLY, "input")
        self._form(
            "BM-TH", "Tổng hợp tình hình kinh tế - xã hội", "SKHDT",
            self._sector_rows([row for code in regimes.MONTHLY_SECTORS for row in regimes.SECTORS[code][2]]),
            regimes.MONTHLY, "consolidated",
        )  # fmt: skip
        for code in regimes.HALF_YEARLY_SECTORS:
            title, _, rows = regimes.SECTORS[code]
            self._form(
                f"{code}-6T",
                f"{title} (6 tháng)",
                "SKHDT",
                self._sector_rows(rows),
                regimes.HALF_YEARLY,
                "input",
            )
        self._form(
            "BM-TH-6T", "Tổng hợp kết quả thực hiện 6 tháng", "SKHDT",
            self._sector_rows([row for code in regimes.HALF_YEARLY_SECTORS for row in regimes.SECTORS[code][2]]),
            regimes.HALF_YEARLY, "consolidated",
        )  # fmt: skip
        self._form(
            "BM-DA",
            "Dự án đầu tư công trọng điểm",
            "SKHDT",
            [
                {
                    "key": "du-an",
                    "label": "Danh mục dự án",
                    "kind": "list",
                    "required": True,
                    "add_label": "Thêm dự án",
                }
            ],
            [
                (key, label, "", kind, "", "this", formula, decimals, choices)
                for key, label, kind, formula, decimals, choices in regimes.PROJECT_COLUMNS
            ],
            "input",
        )
        poverty = [
            {
                "key": key,
                "number": number,
                "label": label,
                "kind": kind,
                "indicator": code,
                "formula": formula,
            }
            for key, number, label, kind, code, formula in regimes.POVERTY_ROWS
        ]
        self._form("BM-HN", "Kết quả rà soát hộ nghèo", "SLDTBXH", poverty, regimes.POVERTY_COLUMNS, "input")
        self._form(
            "BM-HN-TH",
            "Tổng hợp kết quả rà soát hộ nghèo",
            "SLDTBXH",
            poverty,
            regimes.POVERTY_COLUMNS,
            "consolidated",
        )

    def _sector_rows(self, rows: list[tuple[str, str]]) -> list[dict[str, Any]]:
        """Rows named by indicator; what is no indicator is a heading. The figures are about the whole province."""
        names = dict(Indicator.objects.values_list("code", "name"))
        province = Organisation.objects.get(code="UBND")
        return [
            {"key": code, "number": number, "label": names[code], "kind": "input", "indicator": code,
             "level": self.regimes.LEVELS.get(code, 0), "subject": province, "charted": code in self.regimes.CHARTED}
            if code in names
            else {"key": f"nhom-{number}", "number": number, "label": code, "kind": "heading"}
            for code, number in rows
        ]  # fmt: skip

    def _form(
        self,
        code: str,
        title: str,
        owner: str,
        rows: list[dict[str, Any]],
        columns: list[tuple[Any, ...]],
        source: str,
    ) -> None:
        indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        form = ReportForm.objects.create(
            code=code,
            title=title,
            owner=Organisation.objects.get(code=owner),
            note="Không phát sinh ghi “-”; chưa có số liệu ghi “…”; không áp dụng ghi “x”.",
        )
        for order, row in enumerate(rows):
            FormRow.objects.create(
                report_form=form,
                sort_order=order,
                **{**row, "indicator": indicators.get(row.get("indicator", ""))},
            )
        for order, column in enumerate(columns):
            key, label, path, kind, value_type, role, formula, decimals, *choices = column
            FormColumn.objects.create(
                report_form=form,
                sort_order=order,
                key=key,
                label=label,
                header_path=path,
                kind=source if kind == "SOURCE" else kind,
                value_type=value_type,
                period_role=role,
                formula=formula,
                decimals=decimals,
                choices="".join(choices),
            )
        for order, check in enumerate(self.regimes.CHECKS.get(code, ())):
            FormCheck.objects.create(report_form=form, sort_order=order, **check)
        publish_form(form, by=self.admin, at=SET_AT)

    # ---------------------------------------------------------------- pages

    def pages(self) -> None:
        home = self._home()
        regimes = SectionPage.objects.child_of(home).get(slug="che-do-bao-cao")
        guidance = SectionPage.objects.child_of(home).get(slug="huong-dan")
        for slug, title, summary, paragraphs in self.regimes.GUIDANCE:
            page = GuidancePage(title=title, slug=slug, summary=summary)
            page.body = [("text", f"<p>{text}</p>") for text in paragraphs]
            guidance.add_child(instance=page).save_revision(user=self.admin).publish()
        outlines = {slug: self._outline(regimes, slug, *rest) for slug, rest in self.regimes.OUTLINES.items()}
        for regime in self.regimes.REGIMES:
            own = SectionPage.objects.filter(organisation__code=regime["lead"]).first()
            self._regime(own or regimes, regime, outlines)

    def _home(self) -> HomePage:
        home = lay_first_pages("Khánh Hòa")
        assert home is not None
        PortalSettings.objects.update_or_create(
            defaults={
                "name": "Hệ thống thông tin báo cáo",
                "province": "Tỉnh Khánh Hòa",
                "agency": "Ủy ban nhân dân tỉnh Khánh Hòa",
                "contact": "Văn phòng Ủy ban nhân dân tỉnh Khánh Hòa (bản minh họa)",
                "colour": "#0b3f73",
                "accent": "#b01e23",
            }
        )
        for place, code in enumerate(self.regimes.HEADLINES):
            HomeHeadline.objects.create(page=home, sort_order=place, indicator_code=code)
        return home

    def _outline(
        self, parent: SectionPage, slug: str, title: str, sections: list[tuple[str, str, str, bool]]
    ) -> OutlinePage:
        page = OutlinePage(title=title, slug=slug)
        page.sections = [
            OutlineSection(sort_order=order, key=key, heading=heading, guidance=guidance, required=required)
            for order, (key, heading, guidance, required) in enumerate(sections)
        ]
        parent.add_child(instance=page).save_revision(user=self.admin).publish()
        return page

    def _regime(self, parent: SectionPage, data: dict[str, Any], outlines: dict[str, OutlinePage]) -> None:
        organisations = {organisation.code: organisation for organisation in Organisation.objects.all()}
        forms = {form.code: form for form in ReportForm.objects.all()}
        page = RegimePage(
            title=data["title"],
            slug=data["code"].lower(),
            live=False,
            code=data["code"],
            content="both",
            frequency=data["frequency"],
            description=self.regimes.PROVENANCE,
            instructions=self.regimes.INSTRUCTIONS,
            basis=LegalAct.objects.get(number=data["basis"]),
            lead=organisations[data["lead"]],
            outline=outlines[data["outline"]],
            window_rule=data.get("window", "default"),
            approval_policy=data["policy"],
            review_steps=data["reviews"],
            requires_signature=False,
            requires_number=True,
            document_title=data["document_title"],
        )
        page.tiers = [
            RegimeTier(
                sort_order=order,
                number=order + 1,
                name=name,
                recipient=organisations[recipient],
                opens_days_before=data["opens"],
                **due,
            )
            for order, (name, recipient, due) in enumerate(data["tiers"])
        ]
        page.subjects = [
            RegimeSubject(
                sort_order=order, tier_number=tier, organisation=organisations[code], report_form=forms[form]
            )
            for order, (tier, code, form) in enumerate(data["subjects"])
        ]
        page.related_organisations = [
            RegimeRelated(sort_order=order, organisation=organisations[code])
            for order, code in enumerate(data["related"])
        ]
        parent.add_child(instance=page)
        page.publish(page.save_revision(user=self.admin), user=self.admin, at=SET_AT)

    # ---------------------------------------------------------------- the administrators' own work

    def focal_persons(self) -> None:
        """Where there are people, who enters is whom others turn to; of the portal's keeper, for technical questions."""
        places: dict[str, dict[str, set[str]]] = {}
        for row in self._rows("nguoi.csv"):
            duties = set(row["nhiem_vu"].split(";"))
            if duties - PORTAL_WIDE:
                places.setdefault(row["co_quan"], {})[row["ten_dang_nhap"]] = duties
        for code, people in places.items():
            first = next(
                (one for one, duties in people.items() if DutyKind.ENTER in duties), next(iter(people))
            )
            technical = DutyKind.SYSTEM_ADMIN in people[first]
            name_focal_person(
                Organisation.objects.get(code=code),
                User.objects.get(username=first),
                FocalRole.TECHNICAL if technical else FocalRole.REPORTING,
                by=self.admin,
            )

    def division(self) -> None:
        code, key, name, forms, people, keeper = self.regimes.DIVISION
        organisation, by = Organisation.objects.get(code=code), User.objects.get(username=keeper)
        division = open_division(organisation, key, name, by=by)
        assigning.set_members(division, User.objects.filter(username__in=people), seen=(), by=by)
        board = assigning.board(organisation, DutyKind.ENTER)
        assigning.assign(
            organisation,
            DutyKind.ENTER,
            {f"d{division.pk}": [f"form:{form}" for form in forms]},
            offered=board.scopes,
            seen=board.seen,
            by=by,
        )

    def request(self) -> None:
        code, asked_by, wanted = self.regimes.REQUEST
        asking.ask(
            RequestKind.CREATE,
            Organisation.objects.get(code=code),
            by=User.objects.get(username=asked_by),
            document_date=timezone.localdate() - timedelta(days=2),
            **wanted,
        )

    # ---------------------------------------------------------------- plans

    def plans(self) -> None:
        """This year's plans and the months so far of this year and the last, invented and public, so that figures compare."""
        today = timezone.localdate()
        province = Organisation.objects.get(code="UBND")
        indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        plans = {
            indicators[row["chi_tieu"]]: parse_number(row["ke_hoach"]) for row in self._rows("ke_hoach.csv")
        }
        so_far = {
            (indicator, year, month): (plan * _COURSE[month - 1] * factor).quantize(
                Decimal(1).scaleb(-indicator.decimals)
            )
            for indicator, plan in plans.items()
            # What the story's reports state themselves is left to them.
            for year, factor, months in (
                (today.year - 1, Decimal("0.92"), 12),
                (today.year, Decimal("0.99"), today.month - 2),
            )
            for month in range(1, months + 1)
        }
        self._invented(
            f"Kế hoạch năm {today.year}",
            date(today.year - 1, 12, 10),
            [
                FigureEntry(
                    indicator.pk,
                    province.pk,
                    str(today.year),
                    ValueType.PLAN,
                    CellValue(plan),
                    note=_INVENTED,
                )
                for indicator, plan in plans.items()
            ],
        )
        self._invented(
            "Số liệu các kỳ trước",
            today - timedelta(days=10),
            [
                FigureEntry(
                    indicator.pk,
                    province.pk,
                    str(Period.parse(f"{year}-M{month:02}").year_to_date()),
                    ValueType.ACTUAL if year < today.year else ValueType.ESTIMATE,
                    CellValue(amount),
                    note=_INVENTED,
                )
                for (indicator, year, month), amount in so_far.items()
            ],
        )

    def former_halves(self) -> None:
        """The half-years before the story, public, so that what it tells has a course. The first halves of 2023 are what
        the published growth rates of 2024 lead back to, where there are such; the rest is invented."""
        province = Organisation.objects.get(code="UBND")
        indicators = {indicator.code: indicator.pk for indicator in Indicator.objects.all()}
        self._invented(
            "Số liệu nửa năm các năm trước",
            date(2024, 1, 10),
            [
                FigureEntry(
                    indicators[row["chi_tieu"]],
                    province.pk,
                    period,
                    ValueType.ACTUAL,
                    CellValue(parse_number(amount)),
                    note=_INVENTED,
                )
                for row in self._rows("nua_nam.csv")
                for period, amount in row.items()
                if period != "chi_tieu"
            ],
        )

    def _invented(self, title: str, stated_on: date, entries: list[FigureEntry]) -> None:
        """Post what nobody reported, and release what may be."""
        province = Organisation.objects.get(code="UBND")
        source = Source.objects.create(
            kind=SourceKind.IMPORT,
            code=f"minh-hoa-{slugify(title.replace('đ', 'd'))}",
            citation=f"{title} (số liệu minh họa)",
            stated_on=stated_on,
            created_at=SET_AT,
        )
        post(entries, source=source, standing=Standing.ACCEPTED, supplier=province, by=self.admin, at=SET_AT)
        figures = Figure.objects.accepted().filter(known_from__source=source, indicator__may_release=True)
        release(figures, title=f"{title} (số liệu minh họa)", organisation=province, by=self.admin)
