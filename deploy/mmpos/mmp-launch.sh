#!/usr/bin/env bash
# Starts the miner from what mmpOS calls it with: --pool, --user, --password, --api-port, --algo, --devices; whatever else it is given
# are options of `lesswork mine`.
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
port=4067
options=()
while (($# > 0)); do
  case $1 in
    --password) options+=(--pass "$2") ;;
    # 0: none was set.
    --api-port) [[ $2 == 0 || -z $2 ]] || port=$2 ;;
    # There is one.
    --algo) ;;
    --devices)
      [[ -z $2 ]] || echo "lesswork: --devices $2 is left out: choose with --device (lesswork devices lists them)" >&2
      ;;
    *)
      options+=("$1")
      shift
      continue
      ;;
  esac
  shift
  (($# > 0)) && shift
done
# For mmp-stats.sh.
echo "$port" >"$here/api-port"
exec "$here/bin/lesswork" mine "${options[@]}" --api "127.0.0.1:$port" 2>&1
