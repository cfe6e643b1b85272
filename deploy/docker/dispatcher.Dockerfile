# The dispatcher: admits, launches, watches and stops bots. Its image brings the migrations as well.
#
#   docker build -f deploy/docker/dispatcher.Dockerfile -t ghcr.io/example/milo-dispatcher:1.0.0 .
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

FROM $NODE_IMAGE
ENV NODE_ENV=production
# /healthz and /metrics, for probes from outside the container. They tell no secrets and take no orders.
ENV DISPATCHER_HOST=0.0.0.0 DISPATCHER_PORT=9464
WORKDIR /milo
# The bundles hold all that they need; the migrations are read from their folder.
COPY --from=build /milo/apps/milo/drizzle apps/milo/drizzle
COPY --from=build /milo/apps/milo/dist/server/dispatcher apps/milo/dist/server/dispatcher
COPY --from=build /milo/apps/milo/dist/server/migrate apps/milo/dist/server/migrate
COPY --from=build /milo/apps/milo/dist/server/cli apps/milo/dist/server/cli

# By number, so that runAsNonRoot can be checked. The files belong to root: the process can't change its own code.
USER 10001:10001
EXPOSE 9464
# What the process takes for "end in order", within 25 s.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.DISPATCHER_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No init in front: the process handles its signals, and waits for the credential helpers a kubeconfig may name.
CMD ["node", "apps/milo/dist/server/dispatcher/main.js"]
