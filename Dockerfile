# The portal as a container image. Read docs/operations.md, "Container", before running it.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && rm -rf .next/cache .next/diagnostics .next/trace .next/trace-build .next/types

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS portal
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=build /src/.next ./.next
COPY package.json next.config.ts ./
# The start script, and what audit:verify needs to recompute the chain from a backup.
COPY scripts ./scripts
COPY lib ./lib
# Everything above belongs to root and is only read; the portal writes to /data alone.
RUN install -d -o 65532 -g 65532 -m 0700 /data
VOLUME ["/data"]
USER 65532:65532
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["node", "scripts/health.ts"]
CMD ["node", "scripts/start.ts"]
