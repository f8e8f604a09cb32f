"""Who gets in where. Every address of the URLconf is named here, by its name or, without one, by its route.

The first line that fits an address decides. ``*`` stands for anything. The world behind the doors is that of
``conftest.samples``: the report of the department is accepted by the lead agency and published.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from .walk import Address

ACTORS = (
    "anonymous",
    "outsider",  # every duty, in an organisation that has nothing to do with the report
    "clerk",
    "leader",
    "receiver",
    "publisher",
    "designer",
    "monitor",
    "root",
)

NOBODY: frozenset[str] = frozenset()
EVERYBODY = frozenset(ACTORS)
SIGNED_IN = EVERYBODY - {"anonymous"}
ROOT = frozenset({"root"})
#: Page permissions: the designer in his agency's section.
AUTHORS = frozenset({"designer", "root"})
#: Page permissions somewhere: what shows each his own pages, or goes onto any.
WRITERS = frozenset({"outsider", "designer", "root"})
#: DESIGN somewhere, for what belongs to nobody in particular.
DESIGNERS = frozenset({"outsider", "designer", "root"})
#: SYSTEM_ADMIN.
OFFICE = frozenset({"outsider", "root"})
#: Who asks for accounts in the name of an organisation; and who administers some besides.
ASKERS = frozenset({"outsider", "leader"})
SPEAKERS = ASKERS | OFFICE
INSIDE = frozenset({"clerk", "leader", "root"})
READERS = INSIDE | {"receiver", "publisher"}
LEAD = frozenset({"publisher", "root"})


@dataclass(frozen=True)
class Door:
    """Who gets in. GET: each of ``reads`` does, nobody else. POST: of ``acts`` (by default ``reads``) some may.

    ``acts`` with empty ``reads``: an address to post to; each of ``acts`` gets an answer. What leads out lets nobody in.
    ``unseen``: it leads to nothing that can be made here, so that not even those who may get in do.
    ``breaks``: a fault of Wagtail's own views, met only by those who may get in and post nonsense.
    """

    name: str
    reads: frozenset[str] = NOBODY
    acts: frozenset[str] | None = None
    unseen: bool = False
    breaks: bool = False

    def fits(self, address: Address) -> bool:
        return fnmatchcase(address.key, self.name)

    @property
    def posters(self) -> frozenset[str]:
        return self.reads if self.acts is None else self.acts


_SUBMISSION = "wagtailsnippets_submissions_submission"

DOORS: tuple[Door, ...] = (
    # ---- the public site
    Door("live", EVERYBODY),
    Door("ready", EVERYBODY),
    Door("catalogue:*", EVERYBODY),
    Door("publication:*", EVERYBODY),
    Door("home:*", EVERYBODY),
    Door("wagtail_serve", EVERYBODY),
    Door("wagtaildocs_serve", EVERYBODY),
    Door("wagtaildocs_authenticate_with_password", EVERYBODY, unseen=True),
    Door("wagtailcore_*", EVERYBODY),
    # ---- signing in, and what every signed-in person has
    Door("account_login", frozenset({"anonymous"}), acts=EVERYBODY),
    Door("account_lost_password", EVERYBODY),
    Door("account_logout", EVERYBODY),
    Door("account_home", SIGNED_IN),
    Door("account_change_password", SIGNED_IN),
    Door("account_sign_out_elsewhere", acts=SIGNED_IN),
    Door("account_reauthenticate", SIGNED_IN),
    # Between password and code; there is nobody there here.
    Door("mfa_authenticate"),
    Door("mfa_index", SIGNED_IN),
    Door("mfa_reauthenticate", SIGNED_IN),
    Door("mfa_activate_totp", SIGNED_IN),
    Door("mfa_generate_recovery_codes", SIGNED_IN),
    Door("mfa_*", SIGNED_IN, unseen=True),
    # Wagtail's own leads to ours.
    Door("admin/login/"),
    Door("wagtailadmin_login"),
    Door("wagtailadmin_logout"),
    Door("wagtailadmin_password_reset*"),
    Door("wagtailadmin_sprite", EVERYBODY),
    Door("wagtailadmin_javascript_catalog", EVERYBODY),
    Door("wagtail_modeladmin:javascript_catalog", SIGNED_IN),
    Door("wagtailadmin_home", SIGNED_IN),
    Door("wagtailadmin_account", SIGNED_IN),
    Door("wagtailadmin_dismissibles", SIGNED_IN),
    Door("wagtailadmin_block_preview", SIGNED_IN, unseen=True),
    Door("wagtailadmin_editing_sessions:ping", acts=READERS, unseen=True),
    Door("wagtailadmin_editing_sessions:release", acts=SIGNED_IN, unseen=True),
    Door("notifications:inbox", SIGNED_IN),
    Door("notifications:mark_all_read", acts=SIGNED_IN),
    Door("notifications:open", frozenset({"clerk"})),
    Door("notifications:mark_read", acts=frozenset({"clerk"})),
    # ---- what is shadowed or leads nowhere; the last stands for whatever is in no pattern
    Door("admin/^(?P<rest>*"),
    Door("admin/test404/"),
    Door("wagtailadmin_error_test"),
    Door("wagtail_bulk_action"),
    Door("wagtailsnippets:index"),
    Door("wagtailsettings:edit", OFFICE),
    Door("wagtailsettings:*"),
    Door("admin/^.*/$"),
    # ---- Wagtail's own: accounts and machinery for superusers, pages and files for their authors
    Door("wagtailadmin_reports:*", ROOT),
    Door("wagtailadmin_workflows:*", ROOT),
    Door("wagtailadmin_collections:*", ROOT),
    Door("wagtailsites:*", ROOT),
    Door("wagtailusers_users:delete"),
    Door("wagtailusers_*", ROOT),
    Door("wagtailadmin_api:*:find", WRITERS, unseen=True),
    Door("wagtailadmin_api:pages:action", acts=AUTHORS, unseen=True),
    Door("wagtailadmin_api:pages:detail", AUTHORS),
    Door("wagtailadmin_api:*", WRITERS),
    Door("wagtailadmin_choose_page_external_link", WRITERS, breaks=True),
    Door("wagtailadmin_choose_page*", WRITERS),
    Door("wagtailadmin_tag_autocomplete", WRITERS),
    Door("wagtailadmin_tag_model_autocomplete", WRITERS, unseen=True),
    Door("wagtailadmin_explore*", WRITERS),
    Door("wagtailadmin_pages:copy", AUTHORS, breaks=True),
    Door("wagtailadmin_pages:convert_alias", AUTHORS, unseen=True),
    Door("wagtailadmin_pages:workflow_preview", AUTHORS, unseen=True),
    Door("wagtailadmin_pages:workflow_history_detail", AUTHORS, unseen=True),
    Door("wagtailadmin_pages:type_use*", WRITERS),
    Door("wagtailadmin_pages:search*", WRITERS),
    Door("wagtailadmin_pages:choose_parent", WRITERS),
    # They say that there is nothing to do, or send on to the page, which refuses.
    Door("wagtailadmin_pages:workflow_action", WRITERS),
    Door("wagtailadmin_pages:collect_workflow_action_data", WRITERS),
    Door("wagtailadmin_pages:confirm_workflow_cancellation", WRITERS),
    Door("wagtailadmin_pages:revisions_index", WRITERS),
    # A regime does not go to the front page.
    Door("wagtailadmin_pages:move_confirm", AUTHORS, unseen=True),
    Door("wagtailadmin_pages:*", AUTHORS),
    Door("wagtaildocs_chooser:choose*", WRITERS),
    Door("wagtaildocs_chooser:chosen_multiple", WRITERS),
    Door("wagtaildocs*", ROOT),
    Door("wagtailimages_chooser:choose*", WRITERS),
    Door("wagtailimages_chooser:chosen_multiple", WRITERS),
    Door("wagtailimages:url_generator*", ROOT, unseen=True),
    Door("wagtailimages*", ROOT),
    # ---- catalogues, regimes and forms
    Door("wagtailsnippetchoosers_*", SIGNED_IN),
    Door("so-tra-cuu_*", SIGNED_IN),
    Door("wagtailsnippets_indicators_*:list*", SIGNED_IN),
    Door("wagtailsnippets_indicators_*:inspect", SIGNED_IN),
    Door("wagtailsnippets_indicators_*:revisions_*", DESIGNERS, unseen=True),
    Door("wagtailsnippets_indicators_*", DESIGNERS),
    Door("wagtailsnippets_organisations_legalact:list*", SIGNED_IN),
    Door("wagtailsnippets_organisations_legalact:inspect", SIGNED_IN),
    Door("wagtailsnippets_organisations_legalact:*", DESIGNERS),
    Door("regimes:*", WRITERS),
    Door("outlines:*", WRITERS),
    Door("report_forms:list*", SIGNED_IN),
    Door("report_forms:preview", SIGNED_IN),
    Door("report_forms:version", SIGNED_IN),
    Door("report_forms:delete"),
    Door("report_forms:revisions_*", DESIGNERS, unseen=True),
    Door("report_forms:*", DESIGNERS),
    # ---- time
    Door("lich-lam-viec_modeladmin_index", SIGNED_IN),
    Door("lich-lam-viec_modeladmin_delete"),
    Door("lich-lam-viec_modeladmin_*", OFFICE),
    Door("rounds:list", SIGNED_IN),
    Door("rounds:detail", SIGNED_IN - {"monitor"}),
    Door("rounds:open", frozenset({"outsider", "receiver", "designer"})),
    Door("rounds:reinstate", frozenset({"receiver", "designer"}), unseen=True),
    Door("rounds:*", frozenset({"receiver", "designer"})),
    # ---- reports
    Door(f"{_SUBMISSION}:list*", SIGNED_IN),
    Door(f"{_SUBMISSION}:edit", READERS),
    Door(f"{_SUBMISSION}:document", READERS),
    Door(f"{_SUBMISSION}:document_word", READERS),
    Door(f"{_SUBMISSION}:about_cell", INSIDE),
    Door(f"{_SUBMISSION}:file", INSIDE),
    Door(f"{_SUBMISSION}:preview", INSIDE),
    Door(f"{_SUBMISSION}:check", READERS, unseen=True),
    Door(f"{_SUBMISSION}:presence", acts=INSIDE),
    Door(f"{_SUBMISSION}:figure_checks", READERS),
    Door(f"{_SUBMISSION}:explain", acts=READERS),
    Door(f"{_SUBMISSION}:*", READERS),
    Door("consolidation:*", LEAD),
    Door("registers:list", SIGNED_IN),
    Door("registers:*", OFFICE),
    # ---- following and making public
    Door("dashboards:worklist", SIGNED_IN),
    Door("dashboards:rounds", SIGNED_IN),
    Door("dashboards:*", frozenset({"receiver", "root"})),
    Door("publication_admin:list", frozenset({"outsider", "publisher"})),
    Door("publication_admin:*", frozenset({"publisher"})),
    # ---- organisations and people
    Door("organisations:index*", SIGNED_IN),
    Door("organisations:inspect", SIGNED_IN),
    Door("organisations:*", OFFICE),
    Door("people:*", OFFICE),
    Door("account_requests:index*", SPEAKERS),
    Door("account_requests:create", ASKERS),
    Door("account_requests:change", ASKERS),
    Door("account_requests:revoke", ASKERS),
    Door("account_requests:detail", SPEAKERS),
    Door("account_requests:scan", SPEAKERS, acts=NOBODY),
    Door("account_requests:withdraw", frozenset({"leader"})),
    Door("account_requests:*", OFFICE),
    Door("audit:*", OFFICE),
)


def door_of(address: Address) -> Door | None:
    return next((door for door in DOORS if door.fits(address)), None)


_WITHOUT_DUTIES = {
    "so-tra-cuu_*": False,
    "wagtailsnippets_indicators_*": False,
    "wagtailsnippets_organisations_legalact:*": False,
    "wagtailsnippetchoosers_*": False,
    "report_forms:*": False,
    f"{_SUBMISSION}:list*": False,
}
_DESIGNS = {
    "rounds:open": True,
    "report_forms:edit": False,
    "report_forms:publish": False,
}
_NOT_THE_OFFICE = {
    "lich-lam-viec_modeladmin_create": False,
    "lich-lam-viec_modeladmin_edit": False,
    "wagtailsettings:edit": False,
    "organisations:index*": True,
    "organisations:inspect": True,
    "organisations:*": False,
}
#: What an administrator does in his own organisation.
_OWN_OFFICE = {
    **dict.fromkeys(("organisations:assign*", "organisations:*_division", "organisations:members"), True),
    **dict.fromkeys(("organisations:*_focal", "organisations:recertify"), True),
}
#: He asks for accounts in the name of his organisation, and decides what others have asked for.
_DECIDES = {"account_requests:withdraw": False, "account_requests:*": True}
_ASKS_NOT = {"account_requests:*": False}
_ADMINISTERS = _OWN_OFFICE | _DECIDES | {"people:remove_totp": False, "people:*": True, "audit:*": True}

#: Further people, walked through the addresses of ours: like whom each fares, and where otherwise (the first pattern
#: that fits an address): True, he gets in; False, he does not.
FURTHER: dict[str, tuple[str, dict[str, bool]]] = {
    "reviewer": ("leader", _ASKS_NOT),
    "data_leader": ("leader", {"account_requests:withdraw": False}),
    "registrar": ("leader", _ASKS_NOT),
    "viewer": ("leader", _ASKS_NOT),
    "delegate": ("leader", {"account_requests:withdraw": False}),
    "successor": ("leader", _ASKS_NOT),
    "own_receiver": ("leader", _ASKS_NOT | {"rounds:open": True}),
    "own_publisher": ("leader", _ASKS_NOT | {"publication_admin:*": True}),
    "own_designer": (
        "designer",
        {"rounds:cancel": False, "rounds:move_window": False, "rounds:ex*": False, "rounds:cancel_*": False}
        | {"report_forms:edit": False, "report_forms:publish": False},
    ),
    "unit_admin": ("monitor", _ADMINISTERS),
    "superior": (
        "outsider",
        _ADMINISTERS | _NOT_THE_OFFICE | _DESIGNS | {"dashboards:*": True},
    ),
    "subordinate": (
        "outsider",
        _NOT_THE_OFFICE
        | _DESIGNS
        | {"rounds:detail": False, "registers:detail": False, "registers:open": False}
        | {"account_requests:index*": True, "account_requests:create": True, "account_requests:change": True}
        | {"account_requests:revoke": True, "account_requests:*": False}
        | {"people:index*": True, "people:add": True, "people:*": False},
    ),
    "part": (
        "receiver",
        {"rounds:list": True, "rounds:*": False, "dashboards:worklist": True, "dashboards:rounds": True}
        | {"dashboards:*": False},
    ),
    "lapsed": ("monitor", _WITHOUT_DUTIES),
    "predecessor": (
        "monitor",
        _WITHOUT_DUTIES | {"notifications:open": True, "notifications:mark_read": True},
    ),
    "deactivated": ("anonymous", {}),
}


def is_ours(address: Address) -> bool:
    """Not one of Wagtail's or allauth's own, which know no duties but those the whole walk has met."""
    if address.key.startswith(("wagtailsnippets_", "wagtailsnippetchoosers_", "wagtailsettings:")):
        return True
    return address.namespace == "account_requests" or not address.key.startswith(
        ("wagtail", "mfa_", "account_", "admin/")
    )
