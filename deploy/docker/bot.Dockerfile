# The reference bot, which attends simulated meetings, and milo-bot-shim for images of your own.
#
#   docker build -f deploy/docker/bot.Dockerfile -t ghcr.io/example/milo-bot:1.0.0 .
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
COPY packages/bot-contract packages/bot-contract
COPY apps/bot apps/bot
RUN npx esbuild apps/bot/src/main.ts --bundle --platform=node --format=esm --outfile=milo-bot.mjs \
 && npx esbuild apps/bot/src/shim.ts --bundle --platform=node --format=esm --outfile=milo-bot-shim.mjs

FROM $NODE_IMAGE
ENV NODE_ENV=production
WORKDIR /milo
COPY --from=build /milo/milo-bot.mjs /milo/milo-bot-shim.mjs ./

# The number that milo's Kubernetes Jobs run bots as; ECS and Coolify take it from here.
USER 10001:10001
# What the bot takes for "leave the meeting".
STOPSIGNAL SIGTERM
# Its heartbeats say how it is. A platform that restarted an "unhealthy" bot would end its call.
HEALTHCHECK NONE
# No init in front: this bot starts no other process. One that does, such as a browser, needs an init that reaps:
# ECS (initProcessEnabled) and Coolify (--init) bring theirs; for Kubernetes put tini into the image.
CMD ["node", "milo-bot.mjs"]
