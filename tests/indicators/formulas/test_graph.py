import pytest

from indicators.formulas.graph import FormulaCycle, order


def test_each_thing_comes_after_what_it_needs():
    needs = {"tỷ lệ": ["lũy kế", "kế hoạch"], "lũy kế": ["tháng"], "tổng": ["tỷ lệ"]}

    ordered = order(needs)

    assert set(ordered) == {"tỷ lệ", "lũy kế", "kế hoạch", "tháng", "tổng"}
    assert all(ordered.index(one) < ordered.index(thing) for thing, all_ in needs.items() for one in all_)


@pytest.mark.parametrize(
    ("needs", "ways"),
    [
        ({"a": ["a"]}, {"a → a"}),
        ({"a": ["b"], "b": ["a"]}, {"a → b → a", "b → a → b"}),
        (
            {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]},
            {"a → b → c → a", "b → c → a → b", "c → a → b → c"},
        ),
    ],
)
@pytest.mark.requirement("R54", part="cycles refused")
def test_a_cycle_is_told_as_a_way_round(needs, ways):
    with pytest.raises(FormulaCycle) as caught:
        order(needs)

    error = caught.value
    assert " → ".join(error.path) in ways
    assert f"tính vòng quanh {' → '.join(error.path)}" in str(error)
    assert error.position is None
    assert "ký tự" not in str(error)


def test_things_are_named_as_asked():
    with pytest.raises(FormulaCycle, match=r"vòng quanh \{x\} → \{x\}"):
        order({"x": ["x"]}, name=lambda thing: f"{{{thing}}}")
