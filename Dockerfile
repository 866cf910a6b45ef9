# syntax=docker/dockerfile:1
# Two stages: uv puts exactly what uv.lock names into /app, the second stage takes only that.
#
# The base image is named by tag so that this file needs no weekly commit. Who builds for production pins it:
#   docker build --build-arg PYTHON=python:3.13-slim@sha256:<digest> -t dapr-warden:0.1.0 .
# and writes that digest down beside the release (`docker buildx imagetools inspect python:3.13-slim` shows the newest).
ARG PYTHON=python:3.13-slim

# hadolint ignore=DL3006
FROM ${PYTHON} AS build
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/app \
    UV_PYTHON_DOWNLOADS=never
RUN python -m pip install --no-cache-dir uv==0.13.9
WORKDIR /source
# The dependencies change seldom: their layer is kept while only our own code changes.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY bot ./bot
COPY handlers ./handlers
RUN uv sync --frozen --no-dev --no-editable

# hadolint ignore=DL3006
FROM ${PYTHON}
LABEL org.opencontainers.image.title="dapr-warden" \
      org.opencontainers.image.description="Watches Dapr's mTLS trust bundle and warns in Slack before it expires" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /app /app
# /data holds the SQLite file. The owner is set here so that a new named volume inherits it.
RUN install -d -o 65532 -g 65532 /data
# HOME: Bolt asks for one when it is imported, and this user has none.
# MALLOC_ARENA_MAX: glibc keeps a heap for each thread; pages of pods, read by many threads, would stay in every one (docs/benchmarks.md).
ENV PATH=/app/bin:$PATH \
    HOME=/tmp \
    MALLOC_ARENA_MAX=2 \
    PYTHONUNBUFFERED=1 \
    DAPR_WARDEN_STORE=sqlite:////data/dapr-warden.sqlite3
USER 65532:65532
WORKDIR /data
EXPOSE 8080
# Probes are Kubernetes' business (deploy/): no HEALTHCHECK here.
ENTRYPOINT ["dapr-warden"]
CMD ["serve"]
