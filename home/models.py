"""The pages people land on. What reports and indicators show on them is registered by those apps."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from .blocks import BodyBlock


class HomePage(Page):
    """The front page. The apps above contribute its blocks through the hook ``portal_home_context``.

    Each receiver takes the request and returns context: ``headlines``, ``latest_documents``, ``upcoming``.
    """

    introduction = models.TextField("giới thiệu", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    template = "pages/home_page.html"
    max_count = 1

    class Meta:
        verbose_name = "trang chủ"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context |= {
            "headlines": [],
            "latest_documents": [],
            "upcoming": [],
            "guidance": GuidancePage.objects.live().public().order_by("-first_published_at")[:4],
        }
        for contribute in hooks.get_hooks("portal_home_context"):
            context |= contribute(request)
        return context


class SectionPage(Page):
    """Lists its children: the regimes of an organisation, the guidance, the notices."""

    introduction = models.TextField("giới thiệu", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    template = "pages/section_page.html"

    class Meta:
        verbose_name = "chuyên mục"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        children = self.get_children().live().public().specific()
        for restrict in hooks.get_hooks("portal_listed_pages"):
            children = restrict(request, children)
        context["children"] = children
        return context


class StandardPage(Page):
    """A page of text."""

    body = StreamField(BodyBlock(), verbose_name="nội dung", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/standard_page.html"

    class Meta:
        verbose_name = "trang thông tin"


class GuidancePage(Page):
    """How to do something: for officials and for the public."""

    summary = models.TextField("tóm tắt", blank=True)
    body = StreamField(BodyBlock(), verbose_name="nội dung", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "pages/guidance_page.html"

    class Meta:
        verbose_name = "trang hướng dẫn"


class NoticePage(Page):
    """Something people must know from one day to another."""

    body = StreamField(BodyBlock(), verbose_name="nội dung", blank=True)
    shown_from = models.DateField("đăng từ ngày", null=True, blank=True)
    shown_to = models.DateField("đăng đến hết ngày", null=True, blank=True)

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
