"""The reference pages that are printed from the code, so that they cannot say anything else than the code."""

from __future__ import annotations

import ast
import inspect
from argparse import _HelpAction
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from celery.schedules import crontab
from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, get_commands, load_command_class

from home.accounts import profiles
from home.accounts.models import DutyKind
from indicators import targets
from indicators.formulas import book, evaluator, grammar, grid, verdict
from portal import figure_readers
from portal.celery import app as celery
from reports.regimes.grid import FormGrid
from reports.submissions.status import EDITABLE, TRANSITIONS, WITH_RECIPIENT, Reason, Status, Verb

NOTICE = "Printed from the code by `make docs`; change the code, not this page.\n"


def table(heads: list[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def submission_status() -> str:
    """From ``reports/submissions/status.py``."""
    names = ", ".join
    moves = [
        (
            f"`{verb}`",
            verb.label,
            names(f"`{status}`" for status in Status if status in sources),
            f"`{target}`",
        )
        for verb, (sources, target) in TRANSITIONS.items()
    ]
    others = [(f"`{verb}`", verb.label) for verb in Verb if verb not in TRANSITIONS]
    return "\n".join(
        [
            "# The statuses of a report\n",
            NOTICE,
            "## Statuses\n",
            table(
                ["Status", "On the screen", "Editable", "The recipient has it"],
                [
                    (f"`{s}`", s.label, "yes" if s in EDITABLE else "", "yes" if s in WITH_RECIPIENT else "")
                    for s in Status
                ],
            ),
            "## Moves\n",
            "A verb that is not here moves nothing.\n",
            table(["Verb", "On the button", "From", "To"], moves),
            "## Verbs that are recorded and move nothing by themselves\n",
            table(["Verb", "On the button"], others),
            "## Named reasons of a refusal or return\n",
            table(["Reason", "In words"], [(f"`{reason}`", reason.label) for reason in Reason]),
        ]
    )


def permissions() -> str:
    """From every ``permissions.py``: each ``may_…``, what it says of itself, and the duties it asks for."""
    sections = []
    for name, folder in _our_apps().items():
        if (folder / "permissions.py").exists() and (
            rows := list(_questions(import_module(f"{name}.permissions")))
        ):
            sections.append(f"## {name}\n\n" + table(["Question", "Duties", "Says"], rows))
    return "\n".join(
        [
            "# Duties and what they allow\n",
            NOTICE,
            "Rights are dated duties, never fixed roles. Each question below is a function of `permissions.py`; views,",
            "services and lists ask it and nothing else reads duties. A superuser sees all reports and holds no verb on them.\n",
            table(["Duty", "In words"], [(f"`{kind.name}`", kind.label) for kind in DutyKind]),
            *sections,
            "## Who reads stored figures\n",
            "By standing: UNIT is for the organisation whose own store it is, ACCEPTED for officials, released for all; technical",
            "monitoring reads what is public and nothing else. `FigureQuerySet` states it once; whoever reads figures goes through it:",
            "pages and files of the catalogue, search, prefilled cells, charts, totals, release. There is no API yet; one will, too. Found in the",
            "source; `tests/doors/test_figure_readers.py` fails for one that does not, or is not named with its reason.\n",
            table(
                ["Predicate", "Shows"],
                [(f"`{name}`", says) for name, says in figure_readers.PREDICATES.items()],
            ),
            table(["Reader", "Predicate", "Otherwise"], figure_readers.table()),
            "Cells and snapshots are read through their report: `Submission.objects.visible_to`, and `may_read_live` for what was not sent.",
            "Only `reports` knows them.\n",
        ]
    )


def _questions(module: ModuleType) -> Iterable[tuple[str, str, str]]:
    defined: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            defined[node.name] = node
        elif isinstance(node, ast.Assign):
            defined |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    for name, function in defined.items():
        if name.startswith("may_") and isinstance(function, ast.FunctionDef):
            asked = _duties(name, defined)
            duties = ", ".join(f"`{kind.name}`" for kind in DutyKind if kind.name in asked)
            yield f"`{name}`", duties, (ast.get_docstring(function) or "").partition("\n")[0]


def _duties(name: str, defined: dict[str, ast.stmt], seen: frozenset[str] = frozenset()) -> set[str]:
    """Names of ``DutyKind`` in a definition and in those of its module that it uses."""
    found: set[str] = set()
    for node in ast.walk(defined[name]):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "DutyKind":
            found.add(node.attr)
        if isinstance(node, ast.Name) and node.id in defined and node.id not in seen | {name}:
            found |= _duties(node.id, defined, seen | {name})
    return found


def province_profiles() -> str:
    """From ``home/accounts/profiles``."""
    known = [profiles.read(name, profiles.contents(name)) for name in profiles.names()]
    rules = [
        (
            f"`{profile.name}`",
            profile.province,
            profile.decision,
            " / ".join(
                office or "–" for office in (profile.administers, profile.aggregates, profile.catalogues)
            ),
            f"{profile.least_administrators or '–'} to {profile.most_administrators or '–'}",
            f"`{profile.policy}`, {profile.review_steps} steps of review",
            "yes" if profile.requires_signature else "",
            "yes" if profile.delegated_data else "",
        )
        for profile in known
    ]
    sections = [
        f"## {profile.province}\n\n"
        + table(
            ["Account type", "Article", "Duties"],
            [
                (one.name, one.article, ", ".join(f"`{kind.name}`" for kind in one.duties))
                for one in profile.types
            ],
        )
        for profile in known
    ]
    heads = ["Profile", "Province", "Decision", "Runs / aggregates / keeps indicators", "Unit administrators"]
    return "\n".join(
        [
            "# Province profiles\n",
            NOTICE,
            "How to apply one: [apply a province's profile](../how-to/apply-a-province-profile.md).\n",
            table([*heads, "Approval", "Signed", "Delegated data"], rules),
            *sections,
        ]
    )


def commands() -> str:
    """From the management commands of our own apps."""
    sections = []
    for name, app in sorted((name, app) for name, app in get_commands().items() if app in _our_apps()):
        command = load_command_class(app, name)
        arguments = [
            (f"`{'`, `'.join(action.option_strings) or action.dest}`", (action.help or "").replace("\n", " "))
            for action in command.create_parser("manage.py", name)._actions
            if not isinstance(action, _HelpAction) and action.dest not in _common_arguments()
        ]
        text = f"## {name}\n\n{str(command.help).strip()}\n"
        sections.append(text + ("\n" + table(["Argument", "Meaning"], arguments) if arguments else ""))
    return "\n".join(
        ["# Commands\n", NOTICE, "`manage.py <command>`; all of them take `--help`.\n", *sections]
    )


def _common_arguments() -> set[str]:
    return {action.dest for action in BaseCommand().create_parser("manage.py", "")._actions}


def _our_apps() -> dict[str, Path]:
    """Name → folder of the apps of this repository."""
    folders = {config.name: Path(config.path) for config in apps.get_app_configs()}
    return {
        name: folder
        for name, folder in folders.items()
        if folder.is_relative_to(settings.BASE_DIR) and ".venv" not in folder.parts
    }


def timetable() -> str:
    """From ``portal/celery.py``."""
    rows = [
        (name, f"`{entry['task']}`", _when(entry["schedule"]))
        for name, entry in celery.conf.beat_schedule.items()
    ]
    return "\n".join(
        [
            "# The timetable\n",
            NOTICE,
            f"Times of day are {settings.TIME_ZONE}. `manage.py tick`, called each minute, does the same without beat.\n",
            table(["What", "Task", "When"], rows),
        ]
    )


def _when(schedule: Any) -> str:
    if isinstance(schedule, crontab):
        minute, hour = min(schedule.minute), min(schedule.hour)
        return f"daily at {hour:02}:{minute:02}"
    return f"every {float(schedule):g} seconds"


def formulas() -> str:
    """From the docstrings of ``indicators/formulas``."""
    sections = [
        ("How a formula is written", grammar),
        ("What it is worth", evaluator),
        ("In a form", grid.CompiledGrid),
        ("Across the forms of a report", book.CompiledBook),
        ("Other periods", FormGrid.marked_period),
        ("Plans that are not one number", targets),
        ("Verdicts", verdict),
    ]
    functions = [
        (
            f"`{name}`",
            least if least == most else f"{least} or more" if most is None else f"{least} to {most}",
        )
        for name, (least, most) in grammar.FUNCTIONS.items()
    ]
    return "\n".join(
        [
            "# Formulas\n",
            NOTICE,
            *(f"## {title}\n\n```text\n{inspect.getdoc(thing)}\n```\n" for title, thing in sections),
            "## Functions\n",
            table(["Function", "Arguments"], functions),
        ]
    )


#: File under docs/reference → what prints it.
PAGES: dict[str, Callable[[], str]] = {
    "submission-status.md": submission_status,
    "permissions.md": permissions,
    "profiles.md": province_profiles,
    "commands.md": commands,
    "timetable.md": timetable,
    "formulas.md": formulas,
}
