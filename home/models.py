"""The pages people land on. What reports and indicators show on them is registered by those apps."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.query import PageQuerySet

from .accounts.permissions import may_administer_system
from .accounts.policies import RulePolicy
from .blocks import BodyBlock
from .colours import BLACK, WHITE, contrast, readable
from .search import Searchable

#: White text on the province's colour, and the golden mark of the page one is on.
COLOUR_CONTRAST = 7
_HEX = r"#[0-9a-f]{6}"


@register_setting(icon="site", order=50)
class PortalSettings(BaseGenericSetting):
    """How the portal presents itself: names, emblem, colours. What is empty is taken from the installation's settings.

    Templates read ``presentation()``.
    """

    name = models.CharField("tên hệ thống", max_length=120, blank=True)
    province = models.CharField("tỉnh, thành phố", max_length=80, blank=True)
    agency = models.CharField("cơ quan chủ quản", max_length=160, blank=True)
    contact = models.CharField(
        "liên hệ hỗ trợ",
        max_length=200,
        blank=True,
        help_text="Ghi ở cuối trang, ví dụ: số điện thoại, thư điện tử.",
    )
    emblem = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="biểu trưng",
        help_text="Hình vuông, cạnh từ 112 điểm ảnh trở lên. Để trống: biểu trưng mặc định.",
    )
    colour = models.CharField(
        "màu chủ đạo",
        max_length=7,
        blank=True,
        help_text="Nền của thanh mục chính và của nút bấm, chữ trên đó màu trắng; viết dạng #0b3f73.",
    )
    accent = models.CharField(
        "màu nhấn", max_length=7, blank=True, help_text="Vạch trên cùng và tên tỉnh; viết dạng #b01e23."
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("province"), FieldPanel("agency"), FieldPanel("contact")],
            "Tên gọi",
        ),
        MultiFieldPanel([FieldPanel("emblem"), FieldPanel("colour"), FieldPanel("accent")], "Diện mạo"),
    ]

    class Meta:
        verbose_name = "diện mạo cổng thông tin"

    def __str__(self) -> str:
        return "Diện mạo cổng thông tin"

    @classmethod
    def get_permission_policy(cls) -> BasePermissionPolicy:
        return RulePolicy(cls, change=may_administer_system)

    def clean(self) -> None:
        super().clean()
        errors = {}
        for field, least in (("colour", COLOUR_CONTRAST), ("accent", 4.5)):
            value = getattr(self, field).strip().lower()
            setattr(self, field, value)
            if value and (problem := _colour_problem(value, least)):
                errors[field] = problem
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        transaction.on_commit(lambda: cache.delete(_PRESENTATION))


def _colour_problem(value: str, least: float) -> str:
    """Why the colour cannot carry white text (or stand as text on white) at ``least`` : 1; "" where it can."""
    if not re.fullmatch(_HEX, value):
        return "Viết màu bằng dấu # và sáu chữ số thập lục phân, ví dụ #0b3f73."
    if (ratio := contrast(value, WHITE)) >= least:
        return ""
    found = f"{ratio:.1f}".replace(".", ",")
    asked = f"{least:g}".replace(".", ",")
    darker = readable(value, [WHITE], least, BLACK)
    return (
        f"Màu này chưa đủ đậm: độ tương phản với màu trắng là {found} : 1, cần ít nhất {asked} : 1. "
        f"Màu cùng sắc đủ đậm: {darker}."
    )


_PRESENTATION = "portal.presentation"
#: Seconds after which the signed-in have noticed a change where the cache is each process's own.
_PRESENTATION_KEPT = 60


def presentation() -> dict[str, Any]:
    """``settings.PORTAL`` overlaid with ``PortalSettings``; besides ``contact``, ``colour`` and ``accent`` ("" by default). Two queries.

    ``emblem_url`` is the address of the emblem at 112 × 112, "" for the one drawn by default. ``menu`` holds (title, url)
    of the pages of text that an editor put into the menus.
    """
    found: dict[str, Any] = {**settings.PORTAL, "contact": "", "colour": "", "accent": ""}
    if chosen := PortalSettings.objects.select_related("emblem").first():
        named = {
            name: getattr(chosen, name)
            for name in ("name", "province", "agency", "contact", "colour", "accent")
        }
        if chosen.emblem:
            named["emblem_url"] = chosen.emblem.get_rendition("max-112x112").url
        found |= {name: value for name, value in named.items() if value}
    # Right beneath the front page: nothing above can make them private.
    pages = StandardPage.objects.live().in_menu().filter(depth=3, view_restrictions=None).order_by("path")
    found["menu"] = [(page.title, page.url) for page in pages]
    return found


def kept_presentation(state: str = "") -> dict[str, Any]:
    """``presentation``, kept for as long as ``state`` of what public pages show stands.

    Without a state it may be a minute old where the cache is each process's own: fit for pages that are not kept themselves.
    """
    key = f"{_PRESENTATION}:{hashlib.sha256(state.encode()).hexdigest()}" if state else _PRESENTATION
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = presentation()
        cache.set(key, found, _PRESENTATION_KEPT)
    return found


def listed(request: HttpRequest, pages: PageQuerySet) -> PageQuerySet:
    """The live pages that ``request`` may find: no private ones, and what the hook ``portal_listed_pages`` lets through."""
    pages = pages.live().public()
    for restrict in hooks.get_hooks("portal_listed_pages"):
        pages = restrict(request, pages)
    return pages


class HomePage(Page):
    """The front page. The apps above contribute its blocks through hooks.

    ``portal_home_context``: takes the request and returns context: ``headlines``, ``latest_documents``, ``upcoming``.
    ``portal_headlines``: takes the codes chosen in ``headlines`` and returns the figures to show, in this order.
    ``portal_headline_choices``: gives the (code, label) that can be chosen.
    """

    introduction = models.TextField("giới thiệu", blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        InlinePanel(
            "headlines",
            heading="Số liệu nổi bật",
            label="Chỉ tiêu",
            max_num=8,
            help_text="Để trống: các chỉ tiêu vừa được công khai.",
        ),
    ]
    parent_page_types = ["wagtailcore.Page"]
    template = "pages/home_page.html"
    max_count = 1

    class Meta:
        verbose_name = "trang chủ"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        today = timezone.localdate()
        context |= {
            "headlines": [],
            "latest_documents": [],
            "upcoming": [],
            "guidance": listed(request, GuidancePage.objects.all()).order_by("-first_published_at")[:4],
            "notices": listed(request, NoticePage.objects.on(today)).order_by("-first_published_at")[:3],
        }
        for contribute in hooks.get_hooks("portal_home_context"):
            context |= contribute(request)
        if codes := [chosen.indicator_code for chosen in self.headlines.all()]:
            shown = [headline for show in hooks.get_hooks("portal_headlines") for headline in show(codes)]
            context["headlines"] = shown or context["headlines"]
        return context


def _headline_choices() -> list[tuple[str, str]]:
    return [choice for offer in hooks.get_hooks("portal_headline_choices") for choice in offer()]


class _HeadlineSelect(forms.Select):
    """The choices are asked for when the form is drawn: what may be shown changes from day to day."""

    def optgroups(self, name: str, value: list[Any], attrs: dict[str, Any] | None = None) -> Any:
        kept = [(code, code) for code in value if code]
        offered = _headline_choices()
        kept = [choice for choice in kept if choice[0] not in dict(offered)]
        self.choices = [("", "Chọn chỉ tiêu"), *kept, *offered]
        return super().optgroups(name, value, attrs)


class HomeHeadline(Orderable):
    """An indicator whose latest public figure stands on the front page. Named by code: indicators lie above."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="headlines")
    indicator_code = models.CharField("chỉ tiêu", max_length=60)

    panels = [FieldPanel("indicator_code", widget=_HeadlineSelect)]

    class Meta(Orderable.Meta):
        verbose_name = "số liệu nổi bật"
        verbose_name_plural = "số liệu nổi bật"

    def __str__(self) -> str:
        return self.indicator_code

    def clean(self) -> None:
        super().clean()
        if self.indicator_code and self.indicator_code not in dict(_headline_choices()):
            raise ValidationError(
                {
                    "indicator_code": f"Không có chỉ tiêu được công khai nào mang mã “{self.indicator_code}”. Chọn chỉ tiêu khác."
                }
            )


class SectionPage(Searchable, Page):
    """Lists its children: the regimes of an organisation, the guidance, the notices.

    An app above may list what it knows better: a receiver of the hook ``portal_section`` takes the request and the
    section, and returns context with ``listing_template``, or None where the section is not its own.
    """

    introduction = models.TextField("giới thiệu", blank=True)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sections",
        verbose_name="cơ quan phụ trách",
        help_text="Người có nhiệm vụ thiết kế của cơ quan này soạn các trang bên dưới. Chế độ báo cáo đặt tại đây do "
        "cơ quan này chủ trì.",
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("organisation", permission="superuser"),
    ]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    template = "pages/section_page.html"
    PER_PAGE = 20

    class Meta:
        verbose_name = "chuyên mục"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["listing_template"] = "pages/section_list.html"
        for offer in hooks.get_hooks("portal_section"):
            if told := offer(request, self):
                return context | told
        children = listed(request, self.get_children()).specific()
        context["page_obj"] = Paginator(children, self.PER_PAGE).get_page(request.GET.get("page"))
        return context

    def searched(self) -> list[str]:
        return [self.title, self.introduction]


class StandardPage(Searchable, Page):
    """A page of text."""

    body = StreamField(BodyBlock(), verbose_name="nội dung", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/standard_page.html"

    class Meta:
        verbose_name = "trang thông tin"

    def searched(self) -> list[str]:
        return [self.title, *_words_of(self.body)]


class GuidancePage(Searchable, Page):
    """How to do something: for officials and for the public."""

    summary = models.TextField("tóm tắt", blank=True)
    body = StreamField(BodyBlock(), verbose_name="nội dung", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/guidance_page.html"

    class Meta:
        verbose_name = "trang hướng dẫn"

    def searched(self) -> list[str]:
        return [self.title, self.summary, *_words_of(self.body)]

    @property
    def headings(self) -> list[tuple[str, str]]:
        """What its contents list: (anchor, heading)."""
        return [
            (f"muc-{place}", str(block.value))
            for place, block in enumerate(self.body, start=1)
            if block.block_type == "heading"
        ]


class NoticePageQuerySet(PageQuerySet["NoticePage"]):
    def on(self, day: date) -> NoticePageQuerySet:
        """Those shown on that day."""
        return self.filter(
            Q(shown_from__isnull=True) | Q(shown_from__lte=day),
            Q(shown_to__isnull=True) | Q(shown_to__gte=day),
        )


class NoticePage(Searchable, Page):
    """Something people must know from one day to another: on the front page for so long."""

    body = StreamField(BodyBlock(), verbose_name="nội dung", blank=True)
    shown_from = models.DateField("đăng từ ngày", null=True, blank=True)
    shown_to = models.DateField("đăng đến hết ngày", null=True, blank=True)

    objects = PageManager.from_queryset(NoticePageQuerySet)()

    content_panels = [
        *Page.content_panels,
        FieldPanel("shown_from"),
        FieldPanel("shown_to"),
        FieldPanel("body"),
    ]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/notice_page.html"

    class Meta:
        verbose_name = "trang thông báo"

    def searched(self) -> list[str]:
        return [self.title, *_words_of(self.body)]


#: What the site search calls pages; regimes and outlines are found by the app that knows them.
FOUND_PAGES = (SectionPage, StandardPage, GuidancePage, NoticePage)


def _words_of(body: Any) -> list[str]:
    return [str(words) for words in body.stream_block.get_searchable_content(body)]
