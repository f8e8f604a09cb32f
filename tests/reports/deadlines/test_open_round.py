"""Giving reports: rounds, tiers, obligations."""

from datetime import date


def test_a_round_has_window_tiers_and_obligations(opened_round, obligation, lead_obligation):
    assert (opened_round.window_first, opened_round.window_last) == (date(2026, 4, 15), date(2026, 5, 14))
    assert obligation.due_on == date(2026, 5, 18)
    assert lead_obligation.due_on == date(2026, 5, 25)
