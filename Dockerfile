# docker build --rm=true --tag=koshelf/koshelf-sync .
#
# Nothing here is for one architecture, and nothing needs BuildKit. docs/deployment.md says how to run it;
# tests/system/test_docker.py does.

FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends g++ cmake ninja-build pkg-config libfcgi-dev libhiredis-dev \
        libcjson-dev libcurl4-openssl-dev libssl-dev libexpected-dev libpugixml-dev libzip-dev libsqlite3-dev \
        zlib1g-dev \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
WORKDIR /source
COPY CMakeLists.txt ./
COPY cmake cmake
COPY fcgi-app fcgi-app
# What `git describe` says, for --version and the console; without it, the number in CMakeLists.txt.
ARG KOSHELF_VERSION=
RUN cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DKOSHELF_UNITY=ON -DKOSHELF_TESTS=OFF \
        -DCMAKE_CXX_FLAGS_RELEASE='-O2 -DNDEBUG' -DKOSHELF_VERSION="$KOSHELF_VERSION" \
    && cmake --build build --target koshelf-fcgi koshelf-bridge koshelf-ctl \
    && mkdir /programs \
    && strip --strip-unneeded -o /programs/koshelf-fcgi build/fcgi-app/koshelf-fcgi \
    && strip --strip-unneeded -o /programs/koshelf-bridge build/fcgi-app/koshelf-bridge \
    && strip --strip-unneeded -o /programs/koshelf-ctl build/fcgi-app/koshelf-ctl

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Koshelf Sync Server" \
    org.opencontainers.image.description="KOReader progress sync, in step with Audiobookshelf" \
    org.opencontainers.image.licenses="AGPL-3.0-or-later"
# A fixed number, so that what a volume holds belongs to the next image as well.
RUN apt-get update \
    && apt-get install -y --no-install-recommends nginx redis-server openssl ca-certificates gettext-base \
        libfcgi0ldbl libhiredis0.14 libcjson1 libcurl4 libpugixml1v5 libzip4 libsqlite3-0 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* /usr/share/doc/* /usr/share/man/* \
    && useradd --system --uid 720 --user-group --no-create-home --home-dir /app/koshelf-sync --shell /usr/sbin/nologin \
        koshelf \
    && mkdir -p /app/koshelf-sync/logs /var/lib/redis /var/log/redis \
    && chown -R koshelf:koshelf /app/koshelf-sync/logs /var/lib/redis /var/log/redis
WORKDIR /app/koshelf-sync
COPY --from=build /programs bin
COPY COPYING ./
COPY nginx nginx
COPY html html
COPY scripts/container scripts/ctl scripts/make-cert scripts/redis.conf.in scripts/render-nginx scripts/run scripts/
COPY scripts/lib scripts/lib
RUN ln -s /app/koshelf-sync/scripts/container /usr/local/bin/koshelf-ctl

# The certificate and the key of the stored secrets are in STATE_DIR, within the volume that everybody mounts.
ENV KOSHELF_BIN_DIR=/app/koshelf-sync/bin \
    KOSHELF_CONSOLE=json \
    KOSHELF_LOG_DIR=/app/koshelf-sync/logs \
    KOSHELF_REDIS_DIR=/var/lib/redis \
    KOSHELF_REDIS_LOG_DIR=/var/log/redis \
    KOSHELF_RUN_DIR=/run/koshelf-sync \
    STATE_DIR=/var/lib/redis/koshelf-sync
VOLUME ["/var/lib/redis", "/app/koshelf-sync/logs", "/var/log/redis"]
EXPOSE 7200 17200
HEALTHCHECK --interval=10s --timeout=8s --start-period=300s --retries=3 CMD ["/app/koshelf-sync/scripts/container", "healthcheck"]
ENTRYPOINT ["/app/koshelf-sync/scripts/container"]
CMD ["serve"]
