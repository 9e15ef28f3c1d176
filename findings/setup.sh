# Read by each finding: a temporary folder that goes at the end, and what installs into it.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json

# install PACKAGE@VERSION... : from the registry, without running scripts of packages.
install() {
  npm install --silent --no-audit --no-fund --ignore-scripts --force "$@"
}

# node_of VERSION: path of that Node.js, from the registry's package of binaries for this machine.
node_of() {
  local package=node-$(node -p 'process.platform + "-" + process.arch')
  (mkdir -p "node-$1" && cd "node-$1" && echo '{ "private": true }' > package.json && install "$package@$1")
  echo "$folder/node-$1/node_modules/$package/bin/node"
}

# expect WHAT WANTED GOT: prints what was got; ends with 1 if it is something else than when this was written.
expect() {
  echo "$1: $3"
  [ "$2" = "$3" ] && return
  echo "CHANGED: it was $2 when this was written"
  exit 1
}
