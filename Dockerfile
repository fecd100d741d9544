# The command in a small image: built from a wheel, run as nobody, with nothing to write to.
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/trailhold \
    && /opt/trailhold/bin/pip install --no-cache-dir --disable-pip-version-check . \
    && /opt/trailhold/bin/pip uninstall --yes pip

FROM python:3.13-slim
COPY --from=build /opt/trailhold /opt/trailhold
ENV PATH=/opt/trailhold/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["trailhold"]
CMD ["--help"]
