#!/usr/bin/env bash
# Builds the Python environments of the rivals, about 3 minutes; PyTorch's takes several GB of disk:
# "setup.sh nonetorch" leaves it out. They go to ~/.cache/herdbook-peers, or to $PEERS.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
place=${PEERS:-$HOME/.cache/herdbook-peers}
mkdir -p "$place"

environment() {
  if [ ! -e "$place/$1/complete" ]; then
    python3 -m venv "$place/$1"
    "$place/$1/bin/pip" install -q -r "$here/$2"
    touch "$place/$1/complete"
  fi
}

environment venv requirements.txt
if [ "${1:-}" != nonetorch ]; then environment venv_torch requirements-torch.txt; fi
