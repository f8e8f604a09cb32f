"""The pages a portal begins with."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site, WorkflowPage

from .authoring import REGIMES_SLUG
from .models import HomePage, PortalSettings, SectionPage

_SECTIONS = (
    (
        "Chế độ báo cáo",
        REGIMES_SLUG,
        "Ai báo cáo, báo cáo gì, gửi ai, khi nào: các chế độ báo cáo đang thực hiện trên hệ thống.",
    ),
    ("Hướng dẫn", "huong-dan", "Cách nhập, duyệt, gửi và tổng hợp báo cáo trên hệ thống."),
)


@transaction.atomic
def lay_first_pages(province: str) -> HomePage | None:
    """The front page and its sections, on a portal that has none; None where there is a front page.

    Without them nobody can author a regime. Where the installation's settings name another province, the masthead gets
    this one.
    """
    if HomePage.objects.exists():
        return None
    site = Site.objects.select_for_update().get(is_default_site=True)
    welcome = site.root_page
    home = Page.get_first_root_node().add_child(
        instance=HomePage(
            title=f"Số liệu kinh tế - xã hội tỉnh {province}",
            slug="trang-chu",
            introduction="Số liệu và báo cáo do các cơ quan, địa phương của tỉnh cung cấp, "
            "được duyệt, tiếp nhận và công khai trên một hệ thống.",
            show_in_menus=True,
        )
    )
    site.root_page = home
    site.site_name = settings.PORTAL["name"]
    site.save()
    # Wagtail's moderation of pages: in English, and nobody is in its group of moderators.
    WorkflowPage.objects.filter(page=home.get_parent()).delete()
    # A page that somebody made stays; Wagtail's own greeting, which is of no type, goes.
    if welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()
    for title, slug, introduction in _SECTIONS:
        page = home.add_child(
            instance=SectionPage(title=title, slug=slug, introduction=introduction, show_in_menus=True)
        )
        page.save_revision().publish()
    # Designers named before there was a section of regimes got theirs beneath the front page.
    regimes = SectionPage.objects.child_of(home).get(slug=REGIMES_SLUG)
    for own in SectionPage.objects.exclude(organisation=None):
        own.move(Page.objects.get(pk=regimes.pk), pos="last-child")
    if settings.PORTAL["province"] != f"Tỉnh {province}" and not PortalSettings.objects.exists():
        PortalSettings.objects.create(province=f"Tỉnh {province}", agency=f"Ủy ban nhân dân tỉnh {province}")
    return home
