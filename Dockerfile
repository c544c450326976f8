# Built in one stage, run in another: no compiler, no package index and no build tool in what runs.
# scripts/check_container.sh carries out the steps of the first stage without Docker; keep them plain.
ARG PYTHON=3.12-slim-bookworm

FROM python:${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/onrecord
COPY requirements/run.txt requirements/run.txt
RUN /opt/onrecord/bin/python -m pip install --require-hashes --no-deps --only-binary=:all: -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY watchers watchers
COPY notifiers notifiers
COPY migrations migrations
RUN /opt/onrecord/bin/python -m pip wheel --no-deps --no-index --no-build-isolation --wheel-dir /dist . \
 && /opt/onrecord/bin/python -m pip install --no-deps --no-index /dist/onrecord-*.whl \
 && /opt/onrecord/bin/python -m pip uninstall --yes --quiet hatchling editables pip \
 && /opt/onrecord/bin/python -m compileall -q /opt/onrecord/lib

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="onrecord" \
      org.opencontainers.image.description="Watches what companies promise about government access to customers' data" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
RUN groupadd --system --gid 10001 onrecord \
 && useradd --system --uid 10001 --gid onrecord --home-dir /data --no-create-home --shell /usr/sbin/nologin onrecord \
 && install --directory --owner=onrecord --group=onrecord --mode=0750 /data
COPY --from=build /opt/onrecord /opt/onrecord
ENV PATH=/opt/onrecord/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ONRECORD_DATA_DIR=/data \
    ONRECORD_HTTP__LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
# http.client, unlike urllib, asks no proxy that the environment names
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['ONRECORD_HTTP__LISTEN'].rpartition(':')[2]), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["onrecord"]
CMD ["run"]
