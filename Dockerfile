# One image for every process; the command says which. PostgreSQL and Redis are yours (see compose.yaml).
FROM python:3.12-slim-bookworm

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir uv \
    && uv pip install --system --no-cache --no-deps --compile-bytecode -r requirements.lock \
    && pip uninstall -y uv
COPY . .
RUN pip install --no-cache-dir --no-deps -e . \
    && python -m compileall -q api telephony voice_engine \
    && useradd --create-home --uid 10001 yingda \
    && install -d -o yingda -g yingda -m 0700 /data

USER yingda
ENV PYTHONUNBUFFERED=1 YINGDA_DATA_DIR=/data YINGDA_API_HOST=0.0.0.0
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/ready')"]
# Everything in one container. A deployment runs `python -m api`, `python -m voice_engine`,
# `python -m api.jobs.listen`, `celery -A api.jobs.celery worker|beat` each in its own.
CMD ["yingda", "serve"]
