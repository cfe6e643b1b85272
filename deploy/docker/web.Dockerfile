# The web process: console, API and the bots' way home.
#
#   docker build -f deploy/docker/web.Dockerfile -t ghcr.io/example/milo-web:1.0.0 .
#
# For builds that repeat to the byte, pin the base image by the digest that this prints:
#   docker buildx imagetools inspect node:24-bookworm-slim --format '{{.Manifest.Digest}}'
#   docker build --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:… …
ARG NODE_IMAGE=node:24-bookworm-slim

FROM $NODE_IMAGE AS build
WORKDIR /milo
# npm ci wants every workspace of the lock file.
COPY package.json package-lock.json .npmrc ./
COPY packages/bot-contract/package.json packages/bot-contract/
COPY packages/emulators/package.json packages/emulators/
COPY packages/placement/package.json packages/placement/
COPY packages/postgres/package.json packages/postgres/
COPY apps/bot/package.json apps/bot/
COPY apps/milo/package.json apps/milo/
COPY bench/package.json bench/
COPY demo/package.json demo/
COPY sim/package.json sim/
# No install script is needed to build: those of this lock file unpack a PostgreSQL and check a binary.
RUN npm ci --ignore-scripts
COPY tsconfig.base.json ./
COPY packages packages
COPY apps apps
COPY scripts scripts
RUN node scripts/build.ts && rm -rf apps/milo/.next/cache
COPY deploy/docker/copy-packages.ts deploy/docker/
RUN node deploy/docker/copy-packages.ts node_modules /milo/console/node_modules next react react-dom

FROM $NODE_IMAGE
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
# Has Next read next.config.ts with Node itself: its compiler stays out of the image.
ENV __NEXT_NODE_NATIVE_TS_LOADER_ENABLED=true
# Reachable from outside the container, which is why MILO_ACCESS_TOKEN must be set.
ENV HOST=0.0.0.0 PORT=3000
WORKDIR /milo
COPY --from=build /milo/console/node_modules node_modules
COPY --from=build /milo/apps/milo/package.json /milo/apps/milo/next.config.ts apps/milo/
COPY --from=build /milo/apps/milo/.next apps/milo/.next
COPY --from=build /milo/apps/milo/drizzle apps/milo/drizzle
COPY --from=build /milo/apps/milo/dist/server/web apps/milo/dist/server/web
COPY --from=build /milo/apps/milo/dist/server/migrate apps/milo/dist/server/migrate

# By number, so that runAsNonRoot can be checked. The files belong to root: the process can't change its own code.
USER 10001:10001
EXPOSE 3000
# What the process takes for "end in order", within 5 s.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No init in front: the process handles its signals and starts no others, so there is nothing to reap.
CMD ["node", "apps/milo/dist/server/web/main.js"]
