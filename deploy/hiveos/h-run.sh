#!/usr/bin/env bash
# Runs the miner with what h-config.sh wrote: started by HiveOS in a terminal of its own.
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
. "$here/h-manifest.conf"
if [[ ! -e $CUSTOM_CONFIG_FILENAME ]]; then
  echo "lesswork: $CUSTOM_CONFIG_FILENAME is missing: what the flight sheet says can't be used (h-config.sh says why)" >&2
  exit 2
fi
mkdir -p -- "$(dirname -- "$CUSTOM_LOG_BASENAME")"
exec "$here/bin/lesswork" mine --config "$CUSTOM_CONFIG_FILENAME" --log "$CUSTOM_LOG_BASENAME.log"
