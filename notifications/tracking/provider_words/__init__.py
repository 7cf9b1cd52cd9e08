"""The words in which each provider says what became of an email, and what they mean.

Each provider has a function that takes the words out of its report, the most exact one first,
and a table of the ones that are documented. A word that is not in the table means nothing by
itself; `notifications.tracking.meanings` knows what is meant then.
"""

from notifications.tracking.provider_words import (
    amazon_ses,
    mailgun,
    mailjet,
    others,
    postmark,
    sendgrid,
    sparkpost,
)
from notifications.tracking.provider_words.common import NothingSaid, Table, Words

__all__ = ["PROVIDERS", "NothingSaid"]

PROVIDERS: dict[str, tuple[Words, Table]] = {
    "amazon_ses": (amazon_ses.words, amazon_ses.TABLE),
    "brevo": (others.brevo, others.BREVO),
    "mailersend": (others.mailersend, others.MAILERSEND),
    "mailgun": (mailgun.words, mailgun.TABLE),
    "mailjet": (mailjet.words, mailjet.TABLE),
    "mailtrap": (others.mailtrap, others.MAILTRAP),
    "mandrill": (others.mandrill, others.MANDRILL),
    "postal": (others.postal, others.POSTAL),
    "postmark": (postmark.words, postmark.TABLE),
    "resend": (amazon_ses.resend, amazon_ses.RESEND),
    "sendgrid": (sendgrid.words, sendgrid.TABLE),
    # The former name of Brevo.
    "sendinblue": (others.brevo, others.BREVO),
    "sparkpost": (sparkpost.words, sparkpost.TABLE),
    "unisender_go": (others.unisender_go, others.UNISENDER_GO),
}
