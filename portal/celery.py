"""The queue, and the whole timetable of the portal.

``manage.py tick`` runs the same entries once, for installations without a beat process.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    ["home.accounts", "notifications", "portal", "reports.reminders", "reports.submissions"]
)

app.conf.beat_schedule = {
    "deliver messages": {"task": "notifications.deliver_pending", "schedule": 60.0},
    "tell of new rounds": {"task": "reports.reminders.tell_opened_rounds", "schedule": 60.0},
    "tell of changed sources": {"task": "reports.reminders.tell_changed_sources", "schedule": 60.0},
    "remind of due days": {
        "task": "reports.reminders.send_due_reminders",
        "schedule": crontab(hour="7", minute="30"),
    },
    "keep who authors pages": {
        "task": "home.keep_authors",
        "schedule": crontab(hour="0", minute="5"),
    },
    "remind to confirm accounts": {
        "task": "home.accounts.remind_to_confirm",
        "schedule": crontab(hour="6", minute="45"),
    },
    "mark missed obligations": {
        "task": "reports.reminders.mark_missed",
        "schedule": crontab(hour="0", minute="15"),
    },
    "forget old changes of public pages": {
        "task": "portal.prune_changes",
        "schedule": 3600.0,
    },
}
