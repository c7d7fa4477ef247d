#!/bin/sh
# An edit list (CMX 3600) of the parts of a recording in which somebody speaks.
#
#   examples/cut-silences.sh talk.mp4 talk.edl
set -eu
creatorops="$(dirname "$0")/../bin/creatorops"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

"$creatorops" media analyze "$1" --out "$work" --margin 0.2s --json > /dev/null
"$creatorops" media export "$work/analysis.json" --source "$1" --format edl --out "$2"
