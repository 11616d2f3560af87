# The build stage makes a virtual environment; the image gets that and nothing else.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY mockserver mockserver
COPY contracts contracts
COPY clientlib clientlib
# docker build --build-arg COMMIT=$(git rev-parse HEAD): for `reelmock --version`
ARG COMMIT
RUN test -z "$COMMIT" || echo "$COMMIT" > mockserver/commit.txt
RUN python -m venv /opt/reelmock
RUN /opt/reelmock/bin/pip install --no-cache-dir ".[redis,metrics,tls,verify]"

FROM python:3.13-slim
RUN useradd --system --no-create-home reelmock
COPY --from=build /opt/reelmock /opt/reelmock
ENV PATH="/opt/reelmock/bin:$PATH"
USER reelmock
WORKDIR /tmp
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["python", "-c", "from urllib.request import ProxyHandler as P, build_opener as b; b(P({})).open('http://127.0.0.1:8080/_mock/v1/health', timeout=2)"]
# Off loopback the control API asks for a token: give one with REELMOCK_ADMIN_TOKEN, or read it here.
CMD ["reelmock", "serve", "--host", "0.0.0.0", "--port", "8080"]
