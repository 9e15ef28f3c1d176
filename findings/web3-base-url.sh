#!/usr/bin/env bash
# Guess:  new NodeProvider('http://host:port/') asks for /infos/version, as without the slash at the end.
# Really: it asks for //infos/version. A full node answers that as if there were one slash; servers and proxies that do
#         not normalise paths answer 404, and `new URL('//infos/version', base)` takes "infos" for the host.
# Bites:  whoever puts a proxy, a router or a simulated node before or in place of a full node.
# Seen:   @alephium/web3 3.0.4.
source "$(dirname "$0")/setup.sh"
install @alephium/web3@3.0.4
cat > look.js <<'JS'
import { createServer } from 'node:http';
import { NodeProvider } from '@alephium/web3';
const asked = [];
const server = createServer((request, response) => {
  asked.push(request.url);
  response.setHeader('content-type', 'application/json').end('{"version":"v4.6.0"}');
});
server.listen(0, '127.0.0.1', async () => {
  for (const end of ['', '/']) {
    await new NodeProvider(`http://127.0.0.1:${server.address().port}${end}`).infos.getInfosVersion();
  }
  console.log(asked.join(' '));
  process.exit(0);
});
JS
expect 'asked without and with a slash at the end' '/infos/version //infos/version' "$(node look.js)"
