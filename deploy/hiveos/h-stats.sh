#!/usr/bin/env bash
# Sets khs and stats for the agent of HiveOS, which sources this every ten seconds: prints nothing, and sets nothing else.
# shellcheck disable=SC2034 # both are for the agent
khs=0
stats=null
_lesswork_answer=$(
  . "$(dirname -- "${BASH_SOURCE[0]}")/h-manifest.conf"
  curl --silent --fail --noproxy '*' --max-time 3 "http://127.0.0.1:$CUSTOM_API_PORT/hiveos" 2>/dev/null
)
if [[ $_lesswork_answer =~ ^\{\"khs\":([0-9.eE+-]+),\"stats\":(\{.*\})\}$ ]]; then
  khs=${BASH_REMATCH[1]}
  stats=${BASH_REMATCH[2]}
fi
unset _lesswork_answer
