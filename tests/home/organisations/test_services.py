from datetime import date
from decimal import Decimal

import pytest

from home.audit.models import AuditEntry
from home.organisations import services
from home.organisations.models import (
    Affiliation,
    AffiliationKind,
    CodeScheme,
    LegalAct,
    Level,
    Organisation,
    OrganisationKind,
    Succession,
)

pytestmark = pytest.mark.django_db

REFORM = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)


def commune(code: str, superior: Organisation | None = None, **more) -> Organisation:
    made = services.create_organisation(
        code, name=f"Xã {code}", kind=OrganisationKind.PEOPLES_COMMITTEE, level=Level.COMMUNE, **more
    )
    if superior:
        services.affiliate(made, superior)
    return made


def superiors(organisation: Organisation, day: date) -> set[str]:
    return set(Organisation.objects.above(organisation, day=day).values_list("code", flat=True)) - {
        organisation.code
    }


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(OrganisationKind.DEPARTMENT, marks=pytest.mark.requirement("R1", part="departments")),
        pytest.param(
            OrganisationKind.PEOPLES_COMMITTEE, marks=pytest.mark.requirement("R1", part="committees")
        ),
        pytest.param(
            OrganisationKind.OFFICE, marks=pytest.mark.requirement("R1", part="office of the committee")
        ),
        pytest.param(
            OrganisationKind.VERTICAL, marks=pytest.mark.requirement("R2", part="vertical agencies")
        ),
        pytest.param(
            OrganisationKind.SERVICE_UNIT, marks=pytest.mark.requirement("R4", part="service units")
        ),
        pytest.param(OrganisationKind.ENTERPRISE, marks=pytest.mark.requirement("R4", part="enterprises")),
        pytest.param(
            OrganisationKind.SOCIAL, marks=pytest.mark.requirement("R4", part="organisations, individuals")
        ),
        pytest.param(
            OrganisationKind.OPERATIONS_CENTRE, marks=pytest.mark.requirement("R5", part="is an organisation")
        ),
    ],
)
def test_every_kind_of_subject_is_entered_and_stands_in_the_log(kind, root) -> None:
    made = services.create_organisation("A-01", name="Cơ quan A", kind=kind, level=Level.PROVINCE, by=root)

    entry = AuditEntry.objects.about(made).get()
    assert (entry.verb, entry.person, entry.organisation) == ("organisation.create", root, "A-01")
    assert entry.data["kind"] == kind


def test_a_code_is_given_to_one_organisation_only() -> None:
    commune("XA")

    with pytest.raises(services.OrganisationError, match="Mã XA đã được dùng"):
        commune("XA")


def test_an_organisation_does_not_end_before_it_begins() -> None:
    with pytest.raises(
        services.OrganisationError, match=r"30/06/2025.*đứng trước ngày bắt đầu \(01/07/2025\)"
    ):
        commune("XA", valid_from=REFORM, valid_to=BEFORE)


def test_a_correction_is_logged_with_what_was_there_before(root) -> None:
    made = commune("XA")

    services.change_organisation(made, name="Xã An Bình", short_name="", by=root)

    entry = AuditEntry.objects.about(made).last()
    assert (entry.verb, entry.person) == ("organisation.change", root)
    assert entry.data == {"old": {"name": "Xã XA"}, "new": {"name": "Xã An Bình"}}
    assert Organisation.objects.search("an binh").get() == made


def test_a_correction_that_changes_nothing_is_not_logged() -> None:
    made = commune("XA")

    services.change_organisation(made, name="Xã XA", by=None)

    assert [entry.verb for entry in AuditEntry.objects.about(made)] == ["organisation.create"]


def test_the_same_relation_is_not_stated_twice_for_the_same_days() -> None:
    province, made = commune("T"), commune("XA")
    services.affiliate(made, province, valid_to=BEFORE)

    with pytest.raises(
        services.OrganisationError, match="đã có quan hệ “Trực thuộc” với Xã T đến hết ngày 30/06/2025"
    ):
        services.affiliate(made, province, valid_from=BEFORE)
    services.affiliate(made, province, valid_from=REFORM)
    services.affiliate(made, province, kind=AffiliationKind.REPORTING)


@pytest.mark.parametrize("on", [date(2020, 1, 1), date(2026, 1, 2)], ids=["its first day", "after its last"])
def test_a_relation_is_not_ended_outside_its_days(on) -> None:
    relation = services.affiliate(
        commune("XA"), commune("T"), valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31)
    )

    with pytest.raises(services.OrganisationError, match="không thể kết thúc"):
        services.end_affiliation(relation, on=on)


@pytest.mark.requirement("X18", part="several typed codes with validity")
def test_codes_of_several_kinds_each_have_their_days() -> None:
    made = commune("XA")
    services.give_code(made, CodeScheme.OLD_IDENTIFIER, "000.00.32.H32")
    services.give_code(made, CodeScheme.IDENTIFIER, "H32.05", valid_from=date(2021, 1, 1))
    services.give_code(made, CodeScheme.IDENTIFIER, "H32.77", valid_from=REFORM)

    stated = [
        (code.scheme, code.value, code.valid_from, code.valid_to)
        for code in made.codes.order_by("valid_from")
    ]
    assert stated == [
        ("qcvn102", "000.00.32.H32", services.ALWAYS, None),
        ("qd20", "H32.05", date(2021, 1, 1), BEFORE),
        ("qd20", "H32.77", REFORM, None),
    ]


def test_a_code_that_another_organisation_carries_is_refused() -> None:
    services.give_code(commune("XA"), CodeScheme.STATISTICAL, "22363")

    with pytest.raises(services.OrganisationError, match="22363 đang là mã của Xã XA"):
        services.give_code(commune("XB"), CodeScheme.STATISTICAL, "22363")


@pytest.mark.requirement("R6", part="divisions of an organisation")
def test_an_organisation_has_divisions_with_codes_of_its_own() -> None:
    first, second = commune("XA"), commune("XB")
    services.open_division(first, "kinh-te", "Phòng Kinh tế")
    services.open_division(second, "kinh-te", "Phòng Kinh tế")

    assert str(first.divisions.get()) == "Phòng Kinh tế (Xã XA)"
    with pytest.raises(services.OrganisationError, match="đã có phòng, ban mang mã kinh-te"):
        services.open_division(first, "kinh-te", "Phòng khác")


@pytest.mark.requirement("R127", part="mergers are edges with a day")
def test_a_merger_ends_the_old_and_hands_over_what_stood_above_and_beneath(root) -> None:
    province = commune("T")
    first, second = commune("XA", province), commune("XB", province)
    school = commune("TH", first)
    services.give_code(first, CodeScheme.STATISTICAL, "22363")
    services.open_division(first, "vp", "Văn phòng")
    merged = commune("XM", valid_from=date(2025, 8, 1))
    act = LegalAct.objects.create(
        number="1667/NQ-UBTVQH15", issuer="UBTVQH", title="Sắp xếp", signed_on=BEFORE, valid_from=BEFORE
    )

    rows = services.succeed([first, second], [merged], kind="sap_nhap", on=REFORM, legal_act=act, by=root)

    assert [(row.predecessor.code, row.successor.code, row.share) for row in rows] == [
        ("XA", "XM", 1),
        ("XB", "XM", 1),
    ]
    for gone in (first, second):
        gone.refresh_from_db()
        assert gone.valid_to == BEFORE
    assert first.codes.get().valid_to == BEFORE
    assert first.divisions.get().valid_to == BEFORE
    assert Organisation.objects.get(code="XM").valid_from == REFORM
    assert superiors(merged, REFORM) == {"T"}
    assert superiors(school, BEFORE) == {"XA", "T"}
    assert superiors(school, REFORM) == {"XM", "T"}
    entry = AuditEntry.objects.about(first).filter(verb="organisation.succeed").get()
    assert (entry.person, entry.data["legal_act"], entry.data["successors"]) == (
        root,
        "1667/NQ-UBTVQH15",
        ["XM"],
    )


@pytest.mark.requirement("X17", part="split")
def test_a_split_says_what_part_goes_where(root) -> None:
    old = commune("XA", commune("T"))
    first, second = commune("XB", valid_from=REFORM), commune("XC", valid_from=REFORM)
    shares = {first: Decimal("0.6"), second: Decimal("0.4")}

    services.succeed(
        [old], [first, second], kind="chia_tach", on=REFORM, shares=shares, answering=first, by=root
    )

    assert dict(Succession.objects.values_list("successor__code", "share")) == {
        "XB": Decimal("0.6"),
        "XC": Decimal("0.4"),
    }
    assert superiors(first, REFORM) == superiors(second, REFORM) == {"T"}


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([], "còn thiếu: Xã XB, Xã XC"),
        (["0.6"], "còn thiếu: Xã XC"),
        (["0.6", "0.6"], "cộng lại bằng 1,2; phải bằng 1"),
    ],
)
def test_a_split_without_right_shares_changes_nothing(shares, message) -> None:
    old, first, second = commune("XA"), commune("XB"), commune("XC")
    given = dict(zip([first, second], map(Decimal, shares), strict=False))

    with pytest.raises(services.OrganisationError, match=message):
        services.succeed([old], [first, second], kind="chia_tach", on=REFORM, shares=given, by=None)
    assert not Succession.objects.exists()
    assert Organisation.objects.get(code="XA").valid_to is None


def test_thirds_add_up_to_one() -> None:
    old, *heirs = (commune(code) for code in ("XA", "XB", "XC", "XD"))

    services.succeed(
        [old],
        heirs,
        kind="chia_tach",
        on=REFORM,
        shares=dict.fromkeys(heirs, Decimal("0.333333")),
        answering=heirs[0],
        by=None,
    )

    assert Succession.objects.count() == 3


@pytest.mark.requirement("X17", part="rename")
def test_a_renamed_organisation_ends_and_the_next_bears_the_new_name() -> None:
    province = commune("T")
    old, new = commune("SKHDT", province), commune("STC-MOI", valid_from=REFORM)

    services.succeed([old], [new], kind="doi_ten", on=REFORM, by=None)

    assert Organisation.objects.on(BEFORE).filter(code__in=["SKHDT", "STC-MOI"]).get().code == "SKHDT"
    assert Organisation.objects.on(REFORM).filter(code__in=["SKHDT", "STC-MOI"]).get().code == "STC-MOI"


def test_one_that_absorbs_another_goes_on() -> None:
    province = commune("T")
    large, small = commune("XA", province), commune("XB", province)

    services.succeed([small], [large], kind="sap_nhap", on=REFORM, by=None)

    large.refresh_from_db()
    assert large.valid_to is None
    assert large.affiliations_up.get().valid_to is None


def test_a_part_splits_off_and_the_rest_goes_on() -> None:
    rest, part = commune("XA", commune("T")), commune("XB", valid_from=REFORM)
    shares = {rest: Decimal("0.7"), part: Decimal("0.3")}

    services.succeed([rest], [rest, part], kind="chia_tach", on=REFORM, shares=shares, by=None)

    rest.refresh_from_db()
    assert rest.valid_to is None
    assert superiors(part, REFORM) == {"T"}


def test_who_hands_over_functions_goes_on() -> None:
    giver, taker = commune("SLDTBXH"), commune("SNV")

    services.succeed([giver], [taker], kind="chuyen_giao", on=REFORM, by=None)

    assert Organisation.objects.get(code="SLDTBXH").valid_to is None
    assert Succession.objects.get().successor == taker


@pytest.mark.requirement("X23", part="district level closed, history kept")
def test_a_district_is_abolished_only_when_nobody_is_left_beneath_it() -> None:
    province = commune("T")
    district = commune("H", province)
    left_behind = commune("XA", district)

    with pytest.raises(
        services.OrganisationError, match=r"không còn cấp trên: Xã XA \(XA\).*01/07/2025 trước"
    ):
        services.succeed([district], [], kind="ket_thuc", on=REFORM, by=None)

    services.end_affiliation(Affiliation.objects.get(child=left_behind), on=REFORM)
    services.affiliate(left_behind, province, valid_from=REFORM)
    services.succeed([district], [], kind="ket_thuc", on=REFORM, by=None)

    assert superiors(left_behind, BEFORE) == {"H", "T"}
    assert superiors(left_behind, REFORM) == {"T"}
    assert Succession.objects.get().successor is None


def test_what_has_ended_does_not_end_again_and_a_succession_is_stated_once() -> None:
    old, new = commune("XA"), commune("XB")
    services.succeed([old], [new], kind="sap_nhap", on=REFORM, by=None)
    old.refresh_from_db()

    with pytest.raises(services.OrganisationError, match="đã được ghi"):
        services.succeed([old], [new], kind="sap_nhap", on=REFORM, by=None)
    with pytest.raises(services.OrganisationError, match="không thể kết thúc từ ngày 01/08/2025"):
        services.succeed([old], [new], kind="sap_nhap", on=date(2025, 8, 1), by=None)


def test_what_has_ended_takes_nothing_over_so_nobody_answers_in_a_circle() -> None:
    first, second = commune("A"), commune("B")
    services.succeed([first], [second], kind="sap_nhap", on=REFORM, by=None)
    first.refresh_from_db()

    with pytest.raises(services.OrganisationError, match="đã kết thúc hoạt động"):
        services.succeed([second], [first], kind="sap_nhap", on=date(2026, 1, 1), by=None)

    second.refresh_from_db()
    assert second.valid_to is None
