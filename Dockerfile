# The image of the connector. A release names the base images by digest:
#   docker build --build-arg BASE=debian:bookworm-slim@sha256:… --build-arg NODE=node:26.10.0-bookworm-slim@sha256:… \
#     --build-arg COMMIT=$(git rev-parse --short=12 HEAD) -t ox-connector:3.0.0 .
ARG BASE=docker.io/library/debian:bookworm-slim
ARG NODE=docker.io/library/node:26.10.0-bookworm-slim

# What the binary links, and what it reads at run time; nothing else.
FROM ${BASE} AS base
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libatomic1 libstdc++6 tzdata \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/apt /var/log/dpkg.log \
 && mkdir -p /usr/local/share/ox-connector \
 && dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\n' > /usr/local/share/ox-connector/debian-packages.tsv

# The packages are pinned by package-lock.json with their hashes, Node among them.
FROM ${NODE} AS build
ARG COMMIT=unknown
RUN apt-get update && apt-get install -y --no-install-recommends binutils libatomic1
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN OX_CONNECTOR_COMMIT=${COMMIT} npm run -s build
COPY --from=base /usr/local/share/ox-connector/debian-packages.tsv /tmp/
RUN node build/image/complete-bill.ts dist/share/ox-connector/sbom.cdx.json /tmp/debian-packages.tsv

FROM base AS runtime
ARG VERSION=3.0.0
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="OX Connector" \
      org.opencontainers.image.description="Keeps OX App Suite in step with Univention Corporate Server" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${COMMIT}" \
      org.opencontainers.image.licenses="AGPL-3.0-only" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
# Licences and bill of materials, man page and completion as far as built.
COPY --from=build /src/dist/share/ /usr/local/share/
COPY --from=build --chmod=0755 /src/build/image/stay-up /usr/local/bin/stay-up
COPY --from=build --chmod=0755 /src/dist/listener_trigger /usr/local/bin/listener_trigger
RUN ln -s listener_trigger /usr/local/bin/update-ox-db-cache
VOLUME /var/lib/univention-appcenter/apps/ox-connector/data
# 1 is a warning, for people; all above is ill.
HEALTHCHECK --interval=60s --timeout=10s --start-period=10s \
  CMD listener_trigger status || test $? -eq 1
CMD ["stay-up"]
