#!/usr/bin/env bash
# Writes miner.json from the flight sheet: sourced by HiveOS before each start, with CUSTOM_URL (one pool, or several with blanks
# between them), CUSTOM_TEMPLATE (the user), CUSTOM_PASS and CUSTOM_USER_CONFIG (further options of `lesswork mine`).
# In a shell of its own: what HiveOS has set stays as it is.
(
  here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  . "$here/h-manifest.conf"
  set -f
  options=()
  for pool in $CUSTOM_URL; do options+=(--pool "$pool"); done
  [[ -n $CUSTOM_TEMPLATE ]] && options+=(--user "$CUSTOM_TEMPLATE")
  [[ -n $CUSTOM_PASS ]] && options+=(--pass "$CUSTOM_PASS")
  options+=(--api "127.0.0.1:$CUSTOM_API_PORT")
  # The program itself says what is wrong with them, and the old file does not stay in their place.
  rm -f -- "$CUSTOM_CONFIG_FILENAME"
  # shellcheck disable=SC2086 # words of a command line
  "$here/bin/lesswork" mine "${options[@]}" $CUSTOM_USER_CONFIG --write-config "$CUSTOM_CONFIG_FILENAME" --force
)
