"""Mail through an SMTP server.

SMTP knows no repetition: a try whose answer got lost is sent again with the same Message-ID, by which
mailboxes recognise a copy. Bounces come as a signed report (see ``reports``), not by reading a mailbox.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from bihuan.accounts.queries import PersonalField
from bihuan.notices.ports.port import Accepted, Message, Refused, Report, Result, Unknown
from bihuan.notices.ports.sms import HttpSmsPort


class SmtpPort:
    """``smtp://user:password@host:587/?from=service@example.cn&tls=starttls`` (tls: starttls, ssl, none)."""

    name = "smtp"
    field = PersonalField.EMAIL

    def __init__(self, url: str, report_secret: str = "") -> None:
        self.parts = urlsplit(url)
        self.query = {name: values[0] for name, values in parse_qs(self.parts.query).items()}
        self.sender = self.query.get("from", "")
        self.report_secret = report_secret

    def send(self, message: Message, *, at: datetime) -> Result:
        try:
            with self._connection() as connection:
                self._mail(message, connection).send()
        except smtplib.SMTPRecipientsRefused as error:
            return _refused(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code)
        except smtplib.SMTPServerDisconnected:
            return Unknown("disconnected")
        except (OSError, smtplib.SMTPException):
            return Refused("unreachable", lasting=False)
        except ValueError:  # a header with a line break
            return Refused("bad_message", lasting=True)
        return Accepted(ref=self._message_id(message.key))

    def ask(self, message: Message, *, at: datetime) -> Result | None:
        return None

    def reports(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> list[Report]:
        """The same form as for SMS: whatever reads the bounces posts them here, signed."""
        return HttpSmsPort("", self.report_secret).reports(headers, body, at=at)

    def _mail(self, message: Message, connection: BaseEmailBackend) -> EmailMessage:
        headers = {
            "Message-ID": f"<{self._message_id(message.key)}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        }
        return EmailMessage(
            message.title,
            message.body,
            self.sender,
            [message.address],
            headers=headers,
            connection=connection,
        )

    def _message_id(self, key: str) -> str:
        return f"{key}@{self.sender.rpartition('@')[2] or 'localhost'}"

    def _connection(self) -> BaseEmailBackend:
        tls = self.query.get("tls", "starttls")
        return get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=self.parts.hostname or "localhost",
            port=self.parts.port or 587,
            username=unquote(self.parts.username or ""),
            password=unquote(self.parts.password or ""),
            use_tls=tls == "starttls",
            use_ssl=tls == "ssl",
            timeout=15,
            fail_silently=False,
        )


def _refused(code: int) -> Refused:
    return Refused(f"smtp_{code}", lasting=code >= 500)
