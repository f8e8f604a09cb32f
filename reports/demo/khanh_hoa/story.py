"""The story of the demonstration: a list of acts that a designer can edit. ``teller`` tells it through the services.

A line is ``Act(when, who, verb, report, …)``. ``when`` is a moment in Việt Nam (``2024-05-15 09:00``), or counted from
the due day of the report (``hạn-2 09:00``) or from now (``nay-20h``). ``report`` is ``<regime> <period> <organisation>``;
``ĐÃ QUA``, ``ĐANG ĐẾN`` and ``SẮP TỚI`` stand for the last period whose due day has passed, the next one and the one after.

Figures of 2024 are those published (bizfinance and press, as cited in the indicators' sources); "…" where none is known.
Everything else is invented and says so: "số liệu minh họa".
"""

from __future__ import annotations

from ..teller import Act, Values

MONTHLY, OFFICIAL, POVERTY = "KTXH-THANG", "KTXH-6T", "HO-NGHEO-6T"
PAST, COMING, NEXT = "ĐÃ QUA", "ĐANG ĐẾN", "SẮP TỚI"

#: How usernames begin, by organisation.
DESKS = {
    "STC": "stc", "CTK": "ctk", "SDL": "sdl", "SKHDT": "skhdt", "SYT": "syt", "CAT": "cat", "SLDTBXH": "sldtbxh",
    "NT": "nt", "CR": "cr", "NH": "nh", "VN": "vn", "DK": "dk", "CL": "cl", "KV": "kv", "KS": "ks",
}  # fmt: skip
_HEADS = dict.fromkeys(("NT", "CR", "NH", "VN", "DK", "CL", "KV", "KS"), "chutich")
_RECEIVERS = {MONTHLY: "skhdt.tiepnhan", OFFICIAL: "skhdt.tiepnhan", POVERTY: "sldtbxh.tiepnhan"}


def _desk(report: str) -> str:
    """How the usernames of the reporting organisation begin; ``/2`` names the lead agency's own tier."""
    return DESKS[report.split()[-1].split("/")[0]]


def entered(report: str, when: str, values: Values, text: str, rest: str = "…") -> list[Act]:
    """The clerk types and writes."""
    desk = _desk(report)
    return [
        Act(f"{when} 08:30", f"{desk}.nhaplieu", "nhập", report, values=values, rest=rest),
        Act(f"{when} 09:40", f"{desk}.nhaplieu", "viết", report, text={"ket-qua": text}),
    ]


def submitted(report: str, when: str, values: Values, text: str, rest: str = "…") -> list[Act]:
    desk = _desk(report)
    extra = {} if report.startswith(POVERTY) else {"ton-tai": "Không có vướng mắc lớn trong kỳ."}
    return [
        *entered(report, when, values, text, rest),
        Act(f"{when} 09:50", f"{desk}.nhaplieu", "viết", report, text=extra),
        Act(f"{when} 10:00", f"{desk}.nhaplieu", "trình", report),
    ]


def approved(report: str, when: str, *, at: int = 14) -> list[Act]:
    desk, organisation = _desk(report), report.split()[-1]
    head = f"{desk}.{_HEADS.get(organisation, 'truong')}"
    data = (
        []
        if report.startswith(OFFICIAL)
        else [Act(f"{when} {at:02}:00", f"{desk}.pho", "duyệt số liệu", report)]
    )
    return [*data, Act(f"{when} {at:02}:30", head, "duyệt báo cáo", report)]


def sent(report: str, when: str, number: int, *, at: int = 15) -> list[Act]:
    desk = _desk(report)
    return [
        Act(f"{when} {at:02}:10", f"{desk}.vanthu", "cấp số", report, number=number),
        Act(f"{when} {at:02}:20", f"{desk}.vanthu", "gửi", report),
    ]


def accepted(report: str, when: str, *, at: int = 16) -> list[Act]:
    return [Act(f"{when} {at:02}:00", _RECEIVERS[report.split()[0]], "tiếp nhận", report)]


def whole(report: str, when: str, number: int, values: Values, text: str, rest: str = "…") -> list[Act]:
    """From the first figure to acceptance, within a day."""
    return [
        *submitted(report, when, values, text, rest),
        *approved(report, when),
        *sent(report, when, number),
        *accepted(report, when),
    ]


def _project(planned: str, spent: str, source: str, begun: str, trouble: str = "") -> dict[str, str]:
    cells = {"ke-hoach-von": planned, "giai-ngan": spent, "nguon": source, "khoi-cong": begun}
    return {**cells, **({"vuong-mac": trouble} if trouble else {})}


#: Invented, and named so that nobody takes them for real.
_PROJECTS = {
    "Dự án minh họa 1: đường ven biển, đoạn 1":
        _project("420", "182,5", "Ngân sách trung ương", "2023-03-26", "Giải phóng mặt bằng 1,2 km còn lại."),
    "Dự án minh họa 2: cầu qua sông và đường dẫn":
        _project("260", "148", "Ngân sách tỉnh", "2022-11-15"),
    "Dự án minh họa 3: hồ chứa nước":
        _project("175,5", "91,2", "Vốn khác", "2024-01-09", "Chờ quyết toán quý II."),
}  # fmt: skip


def led(report: str, when: str, number: int, texts: dict[str, str], publish: str = "") -> list[Act]:
    """The lead agency takes what was accepted, writes, approves, sends upward; the committee's office accepts."""
    desk = _desk(report)
    data = (
        [] if report.startswith(OFFICIAL) else [Act(f"{when} 14:00", f"{desk}.pho", "duyệt số liệu", report)]
    )
    acts = [
        Act(f"{when} 08:00", f"{desk}.tonghop", "tổng hợp", report),
        *(
            [Act(f"{when} 08:30", f"{desk}.tonghop", "nhập", report, rest="…")]
            if report.startswith(MONTHLY)
            else []
        ),
        *(
            [Act(f"{when} 08:40", f"{desk}.tonghop", "thêm dòng", report, values=_PROJECTS)]
            if desk == "skhdt"
            else []
        ),
        Act(f"{when} 09:00", f"{desk}.tonghop", "viết", report, text=texts),
        Act(f"{when} 10:00", f"{desk}.tonghop", "trình", report),
        *data,
        Act(f"{when} 14:30", f"{desk}.truong", "duyệt báo cáo", report),
        Act(f"{when} 15:10", f"{desk}.vanthu", "cấp số", report, number=number),
        Act(f"{when} 15:20", f"{desk}.vanthu", "gửi", report),
        Act(f"{when} 16:30", "vp.tiepnhan", "tiếp nhận", report),
    ]
    if publish:
        acts.append(Act(f"{when} 17:00", f"{desk}.congkhai", "công khai", report, note=publish))
    return acts


MAY, JUNE, HALF = f"{MONTHLY} 2024-M05", f"{MONTHLY} 2024-M06", f"{OFFICIAL} 2024-H1"

#: Five months of 2024: year-to-date as published; months alone are not known.
MAY_2024 = [
    Act("2024-05-06 08:00", "skhdt.tiepnhan", "mở đợt", MAY),
    *whole(f"{MAY} STC", "2024-05-15", 118, {
        "THU-NSNN": {"luyke": "7.995,5"}, "THU-NOI-DIA": {"luyke": "6.415,9"},
    }, "Thu ngân sách nhà nước trên địa bàn 5 tháng đạt 7.995,5 tỷ đồng, bằng 47,9% dự toán, tăng 22,9% so với cùng kỳ; "
       "trong đó thu nội địa 6.415,9 tỷ đồng, bằng 43,9% dự toán, tăng 12,4%."),
    *submitted(f"{MAY} CTK", "2024-05-15", {
        "IIP": {"luyke": "149,11"}, "BLHH": {"luyke": "51.808,7"}, "XUAT-KHAU": {"luyke": "884"},
    }, "Chỉ số sản xuất công nghiệp 5 tháng tăng 49,11%. Kim ngạch xuất khẩu đạt 884 triệu USD, tăng 24,8%."),
    *approved(f"{MAY} CTK", "2024-05-15"),
    *sent(f"{MAY} CTK", "2024-05-15", 92),
    *accepted(f"{MAY} CTK", "2024-05-15"),
    *submitted(f"{MAY} SDL", "2024-05-15", {"DTDL": {"luyke": "19.933,8"}},
               "Doanh thu du lịch 5 tháng đạt 19.933,8 tỷ đồng."),
    *approved(f"{MAY} SDL", "2024-05-15"),
    *sent(f"{MAY} SDL", "2024-05-15", 61),
    Act("2024-05-15 16:20", "skhdt.tiepnhan", "trả lại", f"{MAY} SDL", reasons=["thieu_thuyet_minh"],
        note="Chưa nêu khách quốc tế và nguyên nhân tăng. Đề nghị bổ sung phần kết quả chủ yếu."),
    Act("2024-05-16 08:20", "sdl.nhaplieu", "viết", f"{MAY} SDL", text={
        "ket-qua": "Doanh thu du lịch 5 tháng đạt 19.933,8 tỷ đồng. Khách quốc tế là nguồn tăng chủ yếu; "
                   "số lượt khách 5 tháng chưa có số liệu công bố."}),
    Act("2024-05-16 08:40", "sdl.nhaplieu", "trình", f"{MAY} SDL"),
    Act("2024-05-16 09:30", "sdl.truong", "duyệt báo cáo", f"{MAY} SDL"),
    *sent(f"{MAY} SDL", "2024-05-16", 63, at=10),
    *accepted(f"{MAY} SDL", "2024-05-16", at=11),
    *whole(f"{MAY} SYT", "2024-05-16", 77, {}, "Không ghi nhận ổ dịch lớn; số ca chưa có nguồn công bố."),
    *whole(f"{MAY} CAT", "2024-05-16", 201, {}, "Tình hình trật tự, an toàn xã hội ổn định; số vụ chưa có nguồn công bố."),
    *led(f"{MAY} SKHDT/2", "2024-05-20", 152, {
        "ket-qua": "Thu ngân sách nhà nước 5 tháng đạt 7.995,5 tỷ đồng (47,9% dự toán); kim ngạch xuất khẩu 884 triệu USD; "
                   "doanh thu du lịch 19.933,8 tỷ đồng.",
        "ton-tai": "Một số chỉ tiêu chưa có số liệu tháng.",
    }),
    # One figure has two versions: the statistics office finds that two digits were exchanged.
    Act("2024-05-27 09:00", "ctk.nhaplieu", "đề nghị điều chỉnh", f"{MAY} CTK",
        note="Tổng mức bán lẻ 5 tháng nhập nhầm thứ tự chữ số: số công bố là 51.088,7 tỷ đồng, không phải 51.808,7."),
    Act("2024-05-27 10:00", "skhdt.tiepnhan", "đồng ý điều chỉnh", f"{MAY} CTK"),
    Act("2024-05-27 10:30", "ctk.nhaplieu", "nhập", f"{MAY} CTK", values={"BLHH": {"luyke": "51.088,7"}}, rest=""),
    Act("2024-05-27 10:40", "ctk.nhaplieu", "trình", f"{MAY} CTK"),
    *approved(f"{MAY} CTK", "2024-05-27", at=14),
    *sent(f"{MAY} CTK", "2024-05-27", 99, at=15),
    *accepted(f"{MAY} CTK", "2024-05-27", at=16),
]  # fmt: skip

#: Mid-June 2024: the estimates for six months as the committee stated them.
JUNE_2024 = [
    Act("2024-06-05 08:00", "skhdt.tiepnhan", "mở đợt", JUNE),
    *whole(f"{JUNE} STC", "2024-06-17", 140, {}, "Ước thu ngân sách 6 tháng chưa có nguồn công bố giữa tháng 6."),
    *whole(f"{JUNE} CTK", "2024-06-17", 110, {"BLHH": {"luyke": "62.585,4"}},
           "Ước tổng mức bán lẻ 6 tháng đạt 62.585,4 tỷ đồng. Ước GRDP 6 tháng tăng 12,73%."),
    *whole(f"{JUNE} SDL", "2024-06-17", 75, {"DTDL": {"luyke": "27.000"}},
           "Ước doanh thu du lịch 6 tháng đạt 27.000 tỷ đồng; khách quốc tế khoảng 3 triệu lượt."),
    *whole(f"{JUNE} SYT", "2024-06-18", 90, {}, "Số ca bệnh chưa có nguồn công bố."),
    *led(f"{JUNE} SKHDT/2", "2024-06-21", 180, {
        "ket-qua": "Ước tổng mức bán lẻ 6 tháng 62.585,4 tỷ đồng; ước doanh thu du lịch 27.000 tỷ đồng.",
        "ton-tai": "Công an tỉnh chưa gửi báo cáo; báo cáo này được lập khi còn thiếu 1 cơ quan.",
    }),
]  # fmt: skip

#: July 2024: what was published for six months. Estimate and published value are two figures of one quantity.
HALF_2024 = [
    Act("2024-06-20 08:00", "skhdt.tiepnhan", "mở đợt", HALF),
    *whole(f"{HALF} STC", "2024-07-04", 171, {
        "THU-NSNN": {"thuc-hien": "9.522,8"}, "THU-NOI-DIA": {"thuc-hien": "7.710,3"},
    }, "Thu ngân sách 6 tháng đạt 9.522,8 tỷ đồng, bằng 57,1% dự toán, tăng 25%; trong đó thu nội địa 7.710,3 tỷ đồng, "
       "thu từ xuất nhập khẩu 1.812,5 tỷ đồng."),
    *whole(f"{HALF} CTK", "2024-07-04", 131, {
        "IIP": {"thuc-hien": "146,36"}, "BLHH": {"thuc-hien": "62.542,7"}, "XUAT-KHAU": {"thuc-hien": "1.050,6"},
    }, "Chỉ số sản xuất công nghiệp 6 tháng tăng 46,36%; tổng mức bán lẻ 62.542,7 tỷ đồng, tăng 15%; "
       "xuất khẩu 1.050,6 triệu USD, tăng 16,9%. GRDP 6 tháng 31.226 tỷ đồng, tăng 12,73%."),
    *whole(f"{HALF} SDL", "2024-07-05", 88, {
        "DTDL": {"thuc-hien": "26.072"}, "KHACH-LUU-TRU": {"thuc-hien": "5.173"},
        "KHACH-QUOC-TE": {"thuc-hien": "2.378"},
    }, "Doanh thu du lịch 6 tháng 26.072 tỷ đồng, tăng 96,8%; khách lưu trú 5.173 nghìn lượt, tăng 88,1%, "
       "trong đó khách quốc tế 2.378 nghìn lượt."),
    *led(f"{HALF} SKHDT/2", "2024-07-10", 201, {
        "ket-qua": "Sáu tháng đầu năm 2024: thu ngân sách 9.522,8 tỷ đồng (57,1% dự toán); chỉ số sản xuất công nghiệp "
                   "tăng 46,36%; tổng mức bán lẻ 62.542,7 tỷ đồng; doanh thu du lịch 26.072 tỷ đồng; "
                   "xuất khẩu 1.050,6 triệu USD.",
        "ton-tai": "Số chính thức thấp hơn ước giữa tháng 6 ở hai chỉ tiêu: bán lẻ và doanh thu du lịch.",
        "kien-nghi": "Sở, ngành rà soát phương pháp ước tính để thu hẹp chênh lệch.",
    }, publish="Kết quả chính thức 6 tháng đầu năm 2024 của tỉnh Khánh Hòa."),
]  # fmt: skip

_DEMO = "Số liệu minh họa."
_TC = {"THU-NSNN": {"uoc": "1.720,4", "luyke": "17.905,2"}, "THU-NOI-DIA": {"uoc": "1.402,5", "luyke": "14.610,8"},
       "CHI-NSNN": {"uoc": "1.415", "luyke": "15.790,6"}}  # fmt: skip
_TK = {"IIP": {"uoc": "108,4", "luyke": "111,2"}, "BLHH": {"uoc": "11.420", "luyke": "118.650,3"},
       "XUAT-KHAU": {"uoc": "176,5", "luyke": "1.820,9"}}  # fmt: skip
_DL = {"DTDL": {"uoc": "4.310", "luyke": "53.120,5"}, "KHACH-LUU-TRU": {"uoc": "812", "luyke": "10.240"},
       "KHACH-QUOC-TE": {"uoc": "402", "luyke": "4.615"}}  # fmt: skip
_KH = {"GIAI-NGAN": {"uoc": "640,5", "luyke": "6.120"}, "DN-THANH-LAP": {"uoc": "214", "luyke": "2.102"},
       "DN-QUAY-LAI": {"uoc": "58", "luyke": "640"}, "DN-GIAI-THE": {"uoc": "21", "luyke": "238"}}  # fmt: skip
_YT = {"SOT-XUAT-HUYET": {"uoc": "312", "luyke": "2.960"}, "TAY-CHAN-MIENG": {"uoc": "145", "luyke": "1.322"},
       "NGO-DOC": {"uoc": "-", "luyke": "2"}}  # fmt: skip

#: The month after.
_TC_NEXT = {"THU-NSNN": {"uoc": "1.688,1", "luyke": "19.593,3"}, "THU-NOI-DIA": {"uoc": "1.377,4", "luyke": "15.988,2"},
            "CHI-NSNN": {"uoc": "1.452", "luyke": "17.242,6"}}  # fmt: skip
_TK_NEXT = {"IIP": {"uoc": "107,9", "luyke": "110,9"}, "BLHH": {"uoc": "11.655", "luyke": "130.305,3"},
            "XUAT-KHAU": {"uoc": "181,2", "luyke": "2.002,1"}}  # fmt: skip

_PAST, _COMING, _NEXT = (f"{MONTHLY} {period}" for period in (PAST, COMING, NEXT))

#: The round whose due day has just passed: finished, returned, waiting at the lead agency, late.
LAST_ROUND = [
    Act("mở 08:00", "skhdt.tiepnhan", "mở đợt", _PAST),
    *whole(f"{_PAST} STC", "hạn-1", 301, _TC, f"{_DEMO} Thu ngân sách đạt tiến độ."),
    *whole(f"{_PAST} CTK", "hạn-1", 288, _TK, f"{_DEMO} Sản xuất công nghiệp, thương mại tăng."),
    *submitted(f"{_PAST} SDL", "hạn-1", _DL, f"{_DEMO} Khách quốc tế tăng."),
    *approved(f"{_PAST} SDL", "hạn-1"),
    *sent(f"{_PAST} SDL", "hạn-1", 144),
    Act("hạn+0 09:00", "skhdt.tiepnhan", "trả lại", f"{_PAST} SDL", reasons=["sai_don_vi_tinh", "sai_so_lieu"],
        note="Khách lưu trú tính bằng nghìn lượt; lũy kế thấp hơn tổng các tháng trước. Đề nghị kiểm tra lại."),
    *[Act("hạn+0 16:30", "skhdt.congkhai", "công khai", f"{_PAST} {desk}", note=_DEMO) for desk in ("STC", "CTK")],
    Act("nay-3h", "skhdt.tonghop", "tổng hợp", f"{_PAST} SKHDT/2"),
    Act("nay-2h", "skhdt.tonghop", "nhập", f"{_PAST} SKHDT/2", values=_KH),
    Act("nay-2h", "skhdt.tonghop", "thêm dòng", f"{_PAST} SKHDT/2", values=_PROJECTS),
    *submitted(f"{_PAST} SYT", "hạn+0", _YT, f"{_DEMO} Dịch bệnh trong tầm kiểm soát."),
]  # fmt: skip

#: The round that is due next: finished, waiting for approval, refused, entering; and the one after, not open yet.
COMING_ROUND = [
    Act("mở 08:00", "skhdt.tiepnhan", "mở đợt", _COMING),
    *[Act(f"nay-{hours}h", who, verb, f"{_COMING} STC", **more) for hours, who, verb, more in (
        (60, "stc.nhaplieu", "nhập", {"values": _TC_NEXT, "rest": "…"}),
        (59, "stc.nhaplieu", "viết", {"text": {"ket-qua": _DEMO, "ton-tai": _DEMO}}),
        (58, "stc.nhaplieu", "trình", {}),
        (54, "stc.pho", "duyệt số liệu", {}),
        (53, "stc.truong", "duyệt báo cáo", {}),
    )],
    *[Act(f"nay-{hours}h", who, verb, f"{_COMING} CTK", **more) for hours, who, verb, more in (
        (40, "ctk.nhaplieu", "nhập", {"values": _TK_NEXT, "rest": "…"}),
        (39, "ctk.nhaplieu", "viết", {"text": {"ket-qua": _DEMO, "ton-tai": _DEMO}}),
        (38, "ctk.nhaplieu", "trình", {}),
    )],
    *[Act(f"nay-{hours}h", who, verb, f"{_COMING} SYT", **more) for hours, who, verb, more in (
        (30, "syt.nhaplieu", "nhập", {"values": _YT, "rest": "…"}),
        (29, "syt.nhaplieu", "viết", {"text": {"ket-qua": _DEMO, "ton-tai": _DEMO}}),
        (28, "syt.nhaplieu", "trình", {}),
        (26, "syt.pho", "không duyệt", {"reasons": ["sai_so_lieu"], "note": "Lũy kế tay chân miệng chưa cộng tháng này."}),
    )],
    Act("nay-5h", "sdl.nhaplieu", "nhập", f"{_COMING} SDL", values={"DTDL": {"uoc": "4.520"}}, rest=""),
    Act("mở 08:00", "skhdt.tiepnhan", "mở đợt", _NEXT),
]  # fmt: skip


def _poverty(total: str, poor: str) -> Values:
    return {"tong-so-ho": {"thuc-hien": total}, "ho-ngheo": {"thuc-hien": poor}}


_P_PAST, _P_COMING = f"{POVERTY} {PAST}", f"{POVERTY} {COMING}"
#: Invented: households, poor households before, poor households now.
_HOUSEHOLDS = {
    "NT": ("118.400", "402", "371"), "CR": ("35.120", "611", "580"), "NH": ("62.350", "1.240", "1.105"),
    "VN": ("33.870", "905", "842"), "DK": ("38.640", "498", "455"), "CL": ("29.950", "772", "706"),
    "KV": ("10.480", "3.960", "3.715"), "KS": ("6.930", "2.870", "2.702"),
}  # fmt: skip

POVERTY_ROUNDS = [
    Act("mở 08:00", "sldtbxh.tiepnhan", "mở đợt", _P_PAST),
    *[
        act
        for place, (code, (total, before, _)) in enumerate(_HOUSEHOLDS.items())
        for act in whole(f"{_P_PAST} {code}", f"hạn-{place % 3}", 40 + place, _poverty(total, before), _DEMO, "-")
    ],
    *led(f"{_P_PAST} SLDTBXH/2", "hạn+0", 215, {"ket-qua": f"{_DEMO} Tỷ lệ hộ nghèo toàn tỉnh giảm."},
         publish="Số liệu minh họa: kết quả rà soát hộ nghèo."),
    Act("mở 08:00", "sldtbxh.tiepnhan", "mở đợt", _P_COMING),
    *[Act(f"nay-{hours}h", f"nt.{who}", verb, f"{_P_COMING} NT", **more) for hours, who, verb, more in (
        (50, "nhaplieu", "nhập", {"values": _poverty("118.900", "371"), "rest": "-"}),
        (49, "nhaplieu", "viết", {"text": {"ket-qua": _DEMO}}),
        (48, "nhaplieu", "trình", {"note": "31 hộ thoát nghèo sau khi được hỗ trợ nhà ở và việc làm (số liệu minh họa)."}),
        (46, "pho", "duyệt số liệu", {}),
        (45, "chutich", "duyệt báo cáo", {}),
        (44, "vanthu", "cấp số", {"number": 88}),
        (43, "vanthu", "gửi", {}),
    )],
    *[Act(f"nay-{hours}h", f"dk.{who}", verb, f"{_P_COMING} DK", **more) for hours, who, verb, more in (
        (20, "nhaplieu", "nhập", {"values": _poverty("38.700", "455"), "rest": "-"}),
        (19, "nhaplieu", "viết", {"text": {"ket-qua": _DEMO}}),
        (18, "nhaplieu", "trình", {"note": "43 hộ thoát nghèo nhờ vốn vay sản xuất (số liệu minh họa)."}),
    )],
    Act("nay-4h", "kv.nhaplieu", "nhập", f"{_P_COMING} KV", values={"tong-so-ho": {"thuc-hien": "10.510"}}, rest=""),
]  # fmt: skip

STORY = [*MAY_2024, *JUNE_2024, *HALF_2024, *POVERTY_ROUNDS, *LAST_ROUND, *COMING_ROUND]
