"""The whole way by itself: the real scheduler ticks, the worker works, the real mail server gets the mail."""

import threading
from datetime import timedelta

from adapters.clock import SystemClock
from adapters.notices.smtp import SmtpNotifier
from adapters.scheduler import Ticker
from tests.support.mail import MailServer
from tests.support.worker import DUE_ON, House

PATIENCE = 1200


def test_reminders_go_out_by_themselves_as_the_days_pass_and_it_stops_cleanly(
    house: House, mail_server: MailServer
) -> None:
    infusion = house.infuse()
    house.go_to(DUE_ON - timedelta(days=30))
    notifier = SmtpNotifier(
        host=mail_server.host, port=mail_server.port, sender="oba@house.example", clock=SystemClock()
    )
    worker = house.worker(notifier)
    ticker = Ticker(worker.tick, every_seconds=0.05, clock=SystemClock())
    ticker.start()
    assert _within_patience(house, infusions_mails=1, mail_server=mail_server)
    house.go_to(DUE_ON - timedelta(days=7))
    assert _within_patience(house, infusions_mails=2, mail_server=mail_server)
    worker.stop()
    ticker.stop()
    assert [rung for _, rung, _ in house.sent(infusion)] == ["t_minus_30", "t_minus_7"]


def _within_patience(house: House, *, infusions_mails: int, mail_server: MailServer) -> bool:
    for _ in range(PATIENCE):
        if len(mail_server.received) == infusions_mails and house.records.outbox.rows("due", "leased") == ():
            return True
        threading.Event().wait(0.05)
    return False
