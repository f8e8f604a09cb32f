"""Telling people once, in the caller's transaction."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from notifications import catalogue
from notifications.models import Delivery, Message
from notifications.services import tell

NOON = datetime(2026, 5, 15, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def known_message(monkeypatch):
    monkeypatch.setattr(catalogue, "_TEMPLATES", {})
    catalogue.register("test.due", "Sắp đến hạn: {report}", "Việc cần làm: {todo}.\nHạn: {due}.")


CONTEXT = {"report": "Báo cáo tháng 5", "todo": "trình duyệt", "due": "18/05/2026"}


def tell_all(*people, key="k1", **more):
    return tell(people, "test.due", key=key, context=CONTEXT, at=NOON, **more)


def test_a_message_says_what_by_when_and_where(clerk):
    [message] = tell_all(clerk, url="/admin/")

    assert message.subject == "Sắp đến hạn: Báo cáo tháng 5"
    assert message.body == "Việc cần làm: trình duyệt.\nHạn: 18/05/2026."
    assert (message.recipient, message.url, message.created_at, message.read_at) == (
        clerk,
        "/admin/",
        NOON,
        None,
    )
    assert message.deliveries.get().next_attempt_at == NOON


def test_the_same_key_tells_the_same_person_once(clerk, colleague):
    tell_all(clerk, clerk)

    assert [message.recipient for message in tell_all(clerk, colleague)] == [colleague]
    assert tell_all(clerk, colleague) == []
    assert Message.objects.count() == Delivery.objects.count() == 2


def test_another_key_is_another_event(clerk):
    tell_all(clerk)

    assert len(tell_all(clerk, key="k2")) == 1


def test_somebody_without_an_address_gets_the_inbox_only(clerk):
    clerk.email = ""

    [message] = tell_all(clerk)

    assert not message.deliveries.exists()


def test_a_deactivated_person_gets_nothing(clerk):
    clerk.is_active = False

    assert tell_all(clerk) == []
    assert not Message.objects.exists()


def test_what_is_rolled_back_was_never_told(clerk, mailoutbox, django_capture_on_commit_callbacks):
    def tell_and_fail() -> None:
        with transaction.atomic():
            tell_all(clerk)
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(ZeroDivisionError):
        tell_and_fail()

    assert not Message.objects.exists()
    assert callbacks == []
    assert mailoutbox == []


def test_mail_leaves_after_the_commit_and_not_before(clerk, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell_all(clerk)
        assert mailoutbox == []

    assert [mail.to for mail in mailoutbox] == [["nhaplieu@example.vn"]]


@pytest.mark.parametrize("context", [{}, {"report": "x"}])
def test_a_message_without_its_context_is_refused(clerk, context):
    with pytest.raises(KeyError):
        tell([clerk], "test.due", key="k", context=context)
    with pytest.raises(KeyError):
        tell([clerk], "test.unknown", key="k", context=CONTEXT)
    assert not Message.objects.exists()


def test_telling_thirty_takes_as_many_queries_as_telling_three(django_assert_max_num_queries, department):
    from tests.conftest import make_person

    people = [make_person(f"nguoi{number}", department) for number in range(33)]
    with django_assert_max_num_queries(6):
        tell_all(*people[:3])
    with django_assert_max_num_queries(6):
        tell_all(*people[3:], key="k2")
    assert Message.objects.count() == Delivery.objects.count() == 33


def test_other_words_under_a_taken_code_are_refused():
    catalogue.register("test.due", "Sắp đến hạn: {report}", "Việc cần làm: {todo}.\nHạn: {due}.")
    with pytest.raises(ValueError, match="registered twice"):
        catalogue.register("test.due", "Khác", "Khác")


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_at_once_tell_it_once(clerk, colleague):
    together = threading.Barrier(2)
    errors = []

    def race() -> None:
        try:
            together.wait(10)
            with transaction.atomic():
                tell_all(clerk, colleague)
        except Exception as error:  # shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert errors == []
    assert Message.objects.count() == Delivery.objects.count() == 2
