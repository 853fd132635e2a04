# Debian, not Alpine: see docs/adr/0024-images-on-debian.md
ARG NODE_IMAGE=node:20-bookworm-slim

# ---- build: everything that builds, from the lock file
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/ensure.cjs scripts/
RUN node scripts/ensure.cjs
COPY . ./
RUN node scripts/ensure.cjs --build && rm -f dist/.darwin-timer-stamp

# ---- packages: what runs, and the list of it; embedded servers and native extras are optional and stay out
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
RUN npm sbom --package-lock-only --omit=dev --omit=optional --sbom-format=cyclonedx > sbom.cdx.json

# ---- the service: no shell is needed, nothing is written, nobody is root
FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="darwin-timer" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=packages /app/package.json /app/sbom.cdx.json ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/scripts/healthcheck.cjs ./scripts/
COPY --from=build /app/dist ./dist
# the heap of a container with 512 MiB; another limit wants another figure, about 70 % of it
ENV NODE_ENV=production \
    PORT=3000 \
    NODE_OPTIONS=--max-old-space-size=360
# only the demo chain and the embedded servers write, outside production
RUN mkdir -m 777 .data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node", "scripts/healthcheck.cjs"]
CMD ["node", "dist/src/main.js"]
