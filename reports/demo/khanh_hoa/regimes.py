"""Regimes, forms and outlines of the demonstration, as data. ``builder`` turns them into pages and snippets.

Real: names of indicators and who reports them (QĐ 1603/QĐ-UBND, transcribed by a third party). Ours: how they are
laid out in forms, the due days, and the outlines.
"""

from __future__ import annotations

#: Whose regulation the portal of the story keeps; see ``home/accounts/profiles``.
PROFILE = "khanh_hoa"

#: number, kind, issuer, title, signed on, valid from.
ACTS = [
    ("1603/QĐ-UBND", "Quyết định", "Ủy ban nhân dân tỉnh Khánh Hòa",
     "Bộ chỉ tiêu phục vụ chỉ đạo, điều hành của Ủy ban nhân dân tỉnh Khánh Hòa", "2024-06-19", "2024-06-19"),
    ("01/2023/QĐ-UBND", "Quyết định", "Ủy ban nhân dân tỉnh Khánh Hòa",
     "Quy định chế độ báo cáo định kỳ phục vụ mục tiêu quản lý trên địa bàn tỉnh Khánh Hòa", "2023-01-05", "2023-01-15"),
]  # fmt: skip

#: key, heading, what to write, required.
OUTLINES = {
    "de-cuong-ktxh": (
        "Đề cương báo cáo tình hình kinh tế - xã hội",
        [
            ("ket-qua", "Kết quả chủ yếu",
             "Nêu kết quả theo từng chỉ tiêu được giao, so với kế hoạch và cùng kỳ.", True),
            ("ton-tai", "Tồn tại, hạn chế và nguyên nhân", "Nêu rõ nguyên nhân khách quan, chủ quan.", True),
            ("kien-nghi", "Đề xuất, kiến nghị", "Ghi cơ quan có thẩm quyền giải quyết.", False),
        ],
    ),
    "de-cuong-ho-ngheo": (
        "Đề cương báo cáo kết quả rà soát hộ nghèo",
        [
            ("ket-qua", "Kết quả rà soát", "Số hộ nghèo, biến động so với kỳ trước, nguyên nhân.", True),
            ("giai-phap", "Giải pháp giảm nghèo kỳ tới", "", False),
        ],
    ),
}  # fmt: skip

#: Rows are (indicator code, number) or a heading. The figures are about the whole province.
SECTORS = {
    "BM-TC": ("Thu, chi ngân sách nhà nước", "STC", [
        ("THU, CHI NGÂN SÁCH NHÀ NƯỚC", "A"),
        ("THU-NSNN", "I"), ("THU-NOI-DIA", "1"), ("THU-DNNN", "1.1"), ("THU-FDI", "1.2"), ("THU-TNCN", "1.3"),
        ("THU-SDD", "1.4"), ("CHI-NSNN", "II"), ("CHI-DTPT", "1"), ("CHI-TX", "2"),
    ]),
    "BM-TK": ("Sản xuất công nghiệp, thương mại, xuất khẩu", "CTK", [
        ("SẢN XUẤT, THƯƠNG MẠI", "B"), ("IIP", "1"), ("BLHH", "2"), ("XUAT-KHAU", "3"),
    ]),
    "BM-DL": ("Du lịch", "SDL", [
        ("DU LỊCH", "C"), ("DTDL", "1"), ("KHACH-LUU-TRU", "2"), ("KHACH-QUOC-TE", "2.1"),
    ]),
    "BM-KH": ("Đầu tư, doanh nghiệp", "SKHDT", [
        ("ĐẦU TƯ, DOANH NGHIỆP", "D"), ("GIAI-NGAN", "1"), ("DN-THANH-LAP", "2"), ("DN-QUAY-LAI", "3"),
        ("DN-GIAI-THE", "4"),
    ]),
    "BM-YT": ("Phòng, chống dịch bệnh, an toàn thực phẩm", "SYT", [
        ("Y TẾ", "Đ"), ("SOT-XUAT-HUYET", "1"), ("TAY-CHAN-MIENG", "2"), ("NGO-DOC", "3"),
    ]),
    "BM-CA": ("Trật tự, an toàn xã hội", "CAT", [
        ("TRẬT TỰ, AN TOÀN XÃ HỘI", "E"), ("TOI-PHAM", "1"), ("TNGT", "2"), ("CHAY-NO", "3"),
    ]),
}  # fmt: skip
#: Rows that are parts of the row above, set in by so much.
LEVELS = {"THU-NOI-DIA": 1, "THU-DNNN": 2, "THU-FDI": 2, "THU-TNCN": 2, "THU-SDD": 2, "CHI-DTPT": 1, "CHI-TX": 1,
          "KHACH-QUOC-TE": 1}  # fmt: skip

#: Rows whose course of twelve months the document of the report shows.
CHARTED = {"THU-NOI-DIA", "CHI-NSNN", "BLHH", "KHACH-LUU-TRU"}

#: key, label, heading above, kind, value type, period, formula, decimals. SOURCE is input below, consolidated above.
MONTHLY = [
    ("ke-hoach", "Kế hoạch năm", "", "prefilled", "plan", "year", "", None),
    ("cung-ky", "Lũy kế cùng kỳ năm trước", "", "prefilled", "actual", "cumulative_last_year", "", None),
    ("thang-truoc", "Tháng trước", "", "prefilled", "estimate", "previous", "", None),
    ("uoc", "Ước tháng", "Thực hiện", "SOURCE", "estimate", "this", "", None),
    ("luyke", "Lũy kế từ đầu năm", "Thực hiện", "SOURCE", "estimate", "cumulative", "", None),
    (
        "so-ke-hoach",
        "Kế hoạch năm",
        "Lũy kế so với (%)",
        "computed",
        "",
        "this",
        "[luyke] / [ke-hoach] * 100",
        1,
    ),
    ("so-cung-ky", "Cùng kỳ", "Lũy kế so với (%)", "computed", "", "this", "[luyke] / [cung-ky] * 100", 1),
]
HALF_YEARLY = [
    ("ke-hoach", "Kế hoạch năm", "", "prefilled", "plan", "year", "", None),
    ("uoc", "Ước đã báo cáo", "", "prefilled", "estimate", "this", "", None),
    ("thuc-hien", "Thực hiện 6 tháng", "", "SOURCE", "actual", "this", "", None),
    ("chenh-lech", "Thực hiện so với ước (%)", "", "computed", "", "this", "[thuc-hien] / [uoc] * 100", 2),
    (
        "so-ke-hoach",
        "So với kế hoạch năm (%)",
        "",
        "computed",
        "",
        "this",
        "[thuc-hien] / [ke-hoach] * 100",
        1,
    ),
]
POVERTY_COLUMNS = [
    ("ky-truoc", "Kỳ trước", "", "prefilled", "actual", "previous", "", None),
    ("thuc-hien", "Kỳ báo cáo", "", "SOURCE", "actual", "this", "", None),
    ("tang-giam", "Tăng, giảm so với kỳ trước", "", "computed", "", "this", "[thuc-hien] - [ky-truoc]", None),
]
#: key, number, label, kind, indicator, formula.
POVERTY_ROWS = [
    ("tong-so-ho", "1", "Tổng số hộ dân cư", "input", "TONG-SO-HO", ""),
    ("ho-ngheo", "2", "Số hộ nghèo", "input", "HO-NGHEO", ""),
    ("ty-le", "3", "Tỷ lệ hộ nghèo (%)", "computed", "", "{ho-ngheo} / {tong-so-ho} * 100"),
]

#: A list that the lead agency keeps: key, label, kind, formula, decimals, choices.
PROJECT_COLUMNS = [
    ("ke-hoach-von", "Kế hoạch vốn năm (tỷ đồng)", "input", "", 1, ""),
    ("giai-ngan", "Giải ngân từ đầu năm (tỷ đồng)", "input", "", 1, ""),
    ("ty-le", "Tỷ lệ giải ngân (%)", "computed", "[giai-ngan] / [ke-hoach-von] * 100", 1, ""),
    ("nguon", "Nguồn vốn", "choice", "", None, "Ngân sách trung ương\nNgân sách tỉnh\nVốn khác"),
    ("khoi-cong", "Ngày khởi công", "date", "", None, ""),
    ("vuong-mac", "Vướng mắc", "text", "", None, ""),
]

#: Form → what is asked of its figures besides what is asked of every form; fields of ``FormCheck``.
CHECKS = {
    "BM-TC": [
        {"key": "tong-thu", "label": "Tổng thu không nhỏ hơn thu nội địa", "kind": "condition", "effect": "block",
         "expression": "{THU-NSNN} >= {THU-NOI-DIA}", "columns": "uoc; luyke",
         "message": "Thu nội địa là một phần của tổng thu."},
        {"key": "luy-ke", "label": "Lũy kế không nhỏ hơn tháng", "kind": "condition", "expression": "[luyke] >= [uoc]"},
    ],
    "BM-DL": [
        {"key": "khach", "label": "Khách quốc tế không nhiều hơn khách lưu trú", "kind": "condition", "effect": "block",
         "expression": "{KHACH-QUOC-TE} <= {KHACH-LUU-TRU}", "columns": "uoc; luyke"},
    ],
    "BM-HN": [
        {"key": "so-ho", "label": "Hộ nghèo không nhiều hơn tổng số hộ", "kind": "condition", "effect": "block",
         "expression": "{ho-ngheo} <= {tong-so-ho}", "columns": "thuc-hien"},
        {"key": "bien-dong", "label": "Hộ nghèo so với kỳ trước", "kind": "change", "rows": "ho-ngheo",
         "lowest": -7, "highest": 3, "message": "Nêu số hộ thoát nghèo, phát sinh và nguyên nhân."},
    ],
}  # fmt: skip

DISTRICTS = ["NT", "CR", "NH", "VN", "DK", "CL", "KV", "KS"]
#: The lead agency's own figures, BM-KH, are a sheet of its own beside the consolidated one.
MONTHLY_SECTORS = ["BM-TC", "BM-TK", "BM-DL", "BM-YT", "BM-CA"]
HALF_YEARLY_SECTORS = ["BM-TC", "BM-TK", "BM-DL"]

#: What every regime of the demonstration says of itself.
INSTRUCTIONS = (
    "<p>Mở báo cáo trong mục “Báo cáo”, nhập số liệu vào biểu, viết thuyết minh theo đề cương, trình lãnh đạo duyệt, "
    "văn thư cấp số rồi gửi. Không phát sinh gõ “-”, chưa có số liệu gõ “…”, không áp dụng gõ “x”.</p>"
)
PROVENANCE = (
    "<p><strong>Dữ liệu minh họa.</strong> Số liệu năm 2024 lấy từ các nguồn đã công bố; chỗ chưa biết ghi “…”. "
    "Số liệu các đợt năm nay và toàn bộ số liệu hộ nghèo là <strong>số liệu minh họa</strong>. Tên người là tên giả định.</p>"
)
REGIMES = [
    {
        "code": "KTXH-THANG",
        "title": "Báo cáo tình hình kinh tế - xã hội hằng tháng",
        "document_title": "Tình hình kinh tế - xã hội",
        "frequency": "month",
        "lead": "SKHDT",
        "outline": "de-cuong-ktxh",
        "policy": "data_then_report",
        "reviews": 0,
        "basis": "01/2023/QĐ-UBND",
        "tiers": [
            ("Sở, ngành báo cáo", "SKHDT", {"due_anchor": "cutoff_end", "due_working_days": 2}),
            ("Cơ quan chủ trì tổng hợp", "UBND", {"due_anchor": "cutoff_end", "due_working_days": 6}),
        ],
        "subjects": [(1, SECTORS[code][1], code) for code in MONTHLY_SECTORS]
        + [(2, "SKHDT", "BM-TH"), (2, "SKHDT", "BM-KH"), (2, "SKHDT", "BM-DA")],
        "related": ["VPUBND", "CT"],
        "opens": 40,
    },
    {
        "code": "KTXH-6T",
        "title": "Báo cáo chính thức tình hình kinh tế - xã hội 6 tháng",
        "document_title": "Kết quả thực hiện các chỉ tiêu kinh tế - xã hội",
        "frequency": "half",
        "lead": "SKHDT",
        "outline": "de-cuong-ktxh",
        "policy": "together",
        "reviews": 0,
        "basis": "01/2023/QĐ-UBND",
        "window": "calendar",
        "tiers": [
            ("Sở, ngành báo cáo", "SKHDT", {"due_anchor": "period_end", "due_working_days": 5}),
            ("Cơ quan chủ trì tổng hợp", "UBND", {"due_anchor": "period_end", "due_working_days": 10}),
        ],
        "subjects": [(1, SECTORS[code][1], f"{code}-6T") for code in HALF_YEARLY_SECTORS]
        + [(2, "SKHDT", "BM-TH-6T"), (2, "SKHDT", "BM-DA")],
        "related": ["VPUBND"],
        "opens": 40,
    },
    {
        "code": "HO-NGHEO-6T",
        "title": "Báo cáo kết quả rà soát hộ nghèo 6 tháng",
        "document_title": "Kết quả rà soát hộ nghèo",
        "frequency": "half",
        "lead": "SLDTBXH",
        "outline": "de-cuong-ho-ngheo",
        "policy": "data_then_report",
        "reviews": 0,
        "basis": "01/2023/QĐ-UBND",
        "tiers": [
            (
                "Ủy ban nhân dân cấp huyện báo cáo",
                "SLDTBXH",
                {"due_anchor": "cutoff_end", "due_working_days": 3},
            ),
            ("Cơ quan chủ trì tổng hợp", "UBND", {"due_anchor": "cutoff_end", "due_working_days": 8}),
        ],
        "subjects": [(1, code, "BM-HN") for code in DISTRICTS] + [(2, "SLDTBXH", "BM-HN-TH")],
        "related": [],
        "opens": 190,
    },
]

#: slug, title, introduction / (slug, title, summary, paragraphs).
#: The indicators on the front page.
HEADLINES = (
    "THU-NSNN", "THU-NOI-DIA", "BLHH", "XUAT-KHAU", "DTDL", "KHACH-LUU-TRU", "KHACH-QUOC-TE", "IIP",
)  # fmt: skip

GUIDANCE = [
    ("nhap-so-lieu", "Nhập số liệu vào biểu", "Gõ số theo cách viết Việt Nam, hệ thống lưu từng ô.", [
        "Dấu chấm ngăn cách nhóm ba chữ số, dấu phẩy ngăn phần thập phân: 1.839 là một nghìn tám trăm ba mươi chín; "
        "7.213,5 là bảy nghìn hai trăm mười ba phẩy năm.",
        "Không phát sinh gõ “-”; chưa có số liệu gõ “…”; không áp dụng gõ “x”. Ô trống nghĩa là chưa nhập.",
        "Mỗi ô được lưu ngay khi rời ô. Hai người có thể cùng nhập một biểu; nếu cùng sửa một ô, hệ thống hỏi giữ giá trị nào.",
    ]),
    ("duyet-va-gui", "Duyệt và gửi báo cáo", "Từ trình duyệt đến khi cơ quan chủ trì tiếp nhận.", [
        "Người nhập trình duyệt; lãnh đạo duyệt số liệu từng biểu, rồi người có thẩm quyền duyệt báo cáo. "
        "Người đã nhập không được tự duyệt.",
        "Văn thư ghi số, ký hiệu và ngày ban hành theo sổ văn bản của cơ quan; sau đó báo cáo được gửi và có mã nhận.",
        "Không duyệt hoặc trả lại luôn kèm lý do. Sau khi tiếp nhận, muốn sửa thì đề nghị điều chỉnh.",
    ]),
]  # fmt: skip

#: A division whose people enter the forms of their field: organisation, code, name, forms, people, and who shares out.
DIVISION = (
    "STC",
    "qlns",
    "Phòng Quản lý ngân sách",
    ["BM-TC", "BM-TC-6T"],
    ["stc.nhaplieu", "stc.chuyenvien"],
    "stc.phong",
)

#: An account that waits to be granted: organisation, who asks, and what for.
REQUEST = (
    "STC",
    "stc.truong",
    {
        "full_name": "Trần Văn Thí Điểm",
        "email": "stc.thidiem@example.vn",
        "phone": "0258 000 0000",
        "duties": ["enter"],
        "document_number": "45/STC-VP",
        "note": "Thay người chuyển công tác.",
    },
)
