FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=foitracker.settings
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.lock

COPY manage.py ./
COPY foitracker foitracker/
COPY requests_app requests_app/
COPY templates templates/
COPY static static/

ENV STATIC_ROOT=/app/staticfiles FILES_DIR=/data/files
RUN python manage.py collectstatic --no-input --verbosity 0
RUN install -d -o www-data -g www-data /data /data/files

USER www-data
EXPOSE 8000 8024
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "foitracker.health", "web"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--backpressure", "64", "--backlog", "2048", "--workers-kill-timeout", "3", "--respawn-failed-workers", "--no-ws", "foitracker.wsgi:application"]
