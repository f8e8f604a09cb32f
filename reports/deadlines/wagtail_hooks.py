from wagtail import hooks

from .regime_checks import time_problems

hooks.register("portal_regime_checks", time_problems)
