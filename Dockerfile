# SPDX-License-Identifier: GPL-3.0-or-later
# docker build -t trunkline .
# docker run --rm -e PROTECTED_MODE=no -p 127.0.0.1:8080:8080 trunkline
#
# The headless hub from its own .deb. What comes from outside the container comes from another address than 127.0.0.1, so protected mode
# would serve nobody: set AUTH_TOKENS, or PROTECTED_MODE=no when you publish the port on 127.0.0.1 only.
FROM debian:12-slim AS build
ENV DEBIAN_FRONTEND=noninteractive
WORKDIR /src
# Alone: as long as the list of packages stays, Docker keeps this layer.
COPY tools/setup.sh tools/
# dpkg-dev and file: how cpack finds out what the .deb depends on. python3: man pages and completions.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends $(tools/setup.sh list headless) dpkg-dev file python3 \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DTRUNKLINE_BUILD_TESTS=OFF -DTRUNKLINE_BUILD_DESKTOP=OFF \
    && cmake --build /build \
    && cpack --config /build/CPackConfig.cmake -G DEB -B /build/packages

FROM debian:12-slim
# The .deb names what it needs; apt brings that along.
# hadolint ignore=DL3008
RUN --mount=type=bind,from=build,source=/build/packages,target=/packages \
    apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /packages/trunkline_*.deb \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/trunkline --create-home --shell /usr/sbin/nologin trunkline \
    && install -d -m 0700 -o trunkline -g trunkline /run/trunkline
COPY installer/container-health /usr/local/bin/
USER 10001
WORKDIR /var/lib/trunkline
# STORE=hub.sqlite and captures go there.
VOLUME /var/lib/trunkline
ENV HOST=0.0.0.0 PORT=8080 XDG_RUNTIME_DIR=/run/trunkline
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=5s --retries=3 CMD ["container-health"]
# Without AUTH_TOKENS the first lines name the admin token of this start and the command of a window that uses it.
ENTRYPOINT ["trunkline", "serve", "--show-token"]
