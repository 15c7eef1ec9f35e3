# The app in one small image: docker build -t occhub .
FROM python:3.13-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim AS app
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin occhub \
 && install -d -o occhub -g occhub /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY occhub occhub
COPY templates templates
COPY static static
COPY shopify.app.toml .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data PORT=8000
RUN python -m compileall -q occhub
USER occhub
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
# Migrates, then serves; one process, because a second one would be a second clock and a second writer.
CMD ["python", "-m", "occhub", "serve"]

# The app beside the stand-in, to look at: docker build -t occhub-demo --target demo . && docker run --rm --network host occhub-demo
FROM app AS demo
USER root
COPY requirements-dev.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements-dev.txt && install -d -o occhub -g occhub /app/.demo
COPY standin standin
USER occhub
CMD ["python", "-m", "standin.demo"]

# What is built when no target is named: nothing but the app.
FROM app
