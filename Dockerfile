# One image for web, worker, beat and the migration; docker-compose.yml says which it is.

FROM python:3.13-slim AS packages
# What the mail provider needs beside it: requirements-amazon-ses.lock, requirements-resend.lock.
ARG MAIL_LOCKS=""
WORKDIR /tmp/locks
COPY requirements.lock requirements-amazon-ses.lock requirements-resend.lock ./
RUN python -m venv /opt/venv \
    && for lock in requirements.lock $MAIL_LOCKS; do \
        /opt/venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r "$lock" || exit 1; \
    done

FROM python:3.13-slim
# Which build this is: in every log line, and told to monitoring.
ARG CONSOLE_RELEASE=unknown
ENV PATH=/opt/venv/bin:$PATH \
    CONSOLE_RELEASE=$CONSOLE_RELEASE \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=reseller_console.settings
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/console
COPY . .
# An image is not made with a Python whose emails are unsafe.
RUN python reseller_console/launcher/interpreter.py --strict
# The settings want values to load; these are for this one command and reach nothing.
RUN CONSOLE_ENV=production CONSOLE_ORIGIN=https://console.example \
    CONSOLE_SECRET_KEY=only-while-the-image-is-built-and-signs-nothing-at-all \
    DATABASE_URL=postgres://nobody@127.0.0.1:1/nothing BROKER_URL=redis://127.0.0.1:1/0 \
    python manage.py collectstatic --no-input
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin console
USER 10001
EXPOSE 8000
CMD ["python", "-m", "reseller_console.lib.serving.web", \
     "reseller_console.wsgi:application", "0.0.0.0:8000"]
