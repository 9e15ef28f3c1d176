import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configProblems, oneListener } from '../../support/config-sources.js';

test('all problems at once, each with its path', () => {
  assert.deepEqual(
    configProblems({
      pool: { id: 'No Good' },
      lisners: [],
      nodes: [{ host: 'a', port: 0 }],
      listeners: [{ nmae: 'a', port: 'x' }, { name: 'b', protocol: 'tls' }, 3],
      http: true,
      admin: { prt: 1 },
      extranonceBytes: 1.5,
      limits: { trusted: ['a/3', 7], deadlines: null },
      jobs: [],
    }),
    [
      'pool.id: expected an id of 1 to 32 of a-z 0-9 -, got "No Good"',
      'nodes[0].port: expected a whole number from 1 to 65535, got 0',
      'listeners[0].name: expected a name of 1 to 32 of a-z 0-9 -, got nothing',
      'listeners[0].port: expected a whole number from 0 to 65535, got "x"',
      'listeners[0].nmae: unknown setting; did you mean "name"?',
      'listeners[1].tls: expected a certificate where the protocol is tls, got nothing',
      'listeners[2]: expected an object, got 3',
      'jobs: expected an object, got a list',
      'extranonceBytes: expected a whole number from 2 to 4, got 1.5',
      'http: expected {"host": ..., "port": ...}, or false, got true',
      'admin.prt: unknown setting; did you mean "port"?',
      'limits.trusted[0]: expected an address, or a range such as "10.0.0.0/8" or "fd00::/8", got "a/3"',
      'limits.trusted[1]: expected an address, or a range such as "10.0.0.0/8" or "fd00::/8", got 7',
      'limits.deadlines: expected an object, got null',
      'lisners: unknown setting; did you mean "listeners"?',
    ],
  );
});

for (const [what, config, expected] of [
  ['a number for a whole', 3, /^configuration: expected an object, got 3$/],
  ['null', null, /^configuration: expected an object, got null$/],
  [
    'mining that is on',
    { http: { mining: true } },
    /^http.mining: expected \{\}, \{"url": "wss:.*, or false, got true$/,
  ],
  [
    'mining without a WebSocket',
    { http: { mining: {} } },
    /^http.mining: expected a listener with .*, got none$/,
  ],
  [
    'mining at a place of http',
    { http: { mining: { url: 'http://a' } } },
    /^http.mining.url: expected a WebSocket/,
  ],
  [
    'mining without a page',
    { ...oneListener({ protocol: 'ws' }), http: { page: false, mining: {} } },
    /^http.mining: expected "page": true, which offers it, got false$/,
  ],
  ['no listener', { listeners: [] }, /^listeners: expected at least one listener/],
  ['no node', { nodes: [] }, /^nodes: expected at least one full node/],
  ['a node twice', { nodes: [{}, { host: '127.0.0.1' }] }, /^nodes\[1\]: expected another node than \[0\]/],
  [
    'a name twice',
    { listeners: [{ name: 'a' }, { name: 'a', port: 1 }] },
    /^listeners\[1\].name: expected another name than \[0\]/,
  ],
  [
    'a port twice',
    { listeners: [{ name: 'a' }, { name: 'b' }] },
    /^listeners\[1\].port: expected another port than \[0\] has, got nothing/,
  ],
  [
    'a certificate without TLS',
    oneListener({ tls: { certFile: 'cert.pem', keyFile: 'key.pem' } }),
    /\.tls: expected none/,
  ],
  [
    'a certificate that is not there',
    oneListener({ protocol: 'wss', tls: { certFile: 'cert.pem', keyFile: 'gone.pem' } }),
    /^listeners\[0\]\.tls\.keyFile: expected a file that can be read, got \/etc\/lesswork\/gone\.pem: there is no such file/,
  ],
  [
    'a difficulty below 16',
    oneListener({ difficulty: { start: '15H' } }),
    /start: expected a difficulty of 16 hashes/,
  ],
  [
    'a difficulty above 2^84',
    oneListener({ difficulty: { max: '20YH' } }),
    /max: expected a difficulty of 16 hashes/,
  ],
  [
    'a negative difficulty',
    oneListener({ difficulty: { start: -1 } }),
    /start: expected a difficulty: a number/,
  ],
  [
    'an infinite difficulty',
    '{"listeners":[{"name":"a","difficulty":{"start":1e999}}]}',
    /start: .*, got Infinity/,
  ],
  [
    'a min above the start',
    oneListener({ difficulty: { min: '5GH' } }),
    /min: expected no more than "start", got "5GH"/,
  ],
  [
    'a max below the start',
    oneListener({ difficulty: { max: '1GH' } }),
    /max: expected no less than "start"/,
  ],
  [
    'bounds of a fixed one',
    oneListener({ difficulty: { fixed: true, max: 9 } }),
    /max: expected none where "fixed"/,
  ],
  [
    'an unknown store',
    { store: { type: 'sqlite' } },
    /^store.type: expected "embedded" or "redis", got "sqlite"/,
  ],
  ['Redis without a server', { store: { type: 'redis' } }, /^store: expected one of "url", .*, got none/],
  [
    'Redis twice',
    { store: { type: 'redis', url: 'redis://a', cluster: [{ host: 'b' }] } },
    /^store: expected one of "url", .*, got 2/,
  ],
  [
    'Sentinels without a name',
    { store: { type: 'redis', sentinels: [{ host: 'b' }] } },
    /^store.name: expected the name of the master/,
  ],
  [
    'a setting of another store',
    { store: { type: 'embedded', url: 'x' } },
    /^store.url: unknown.*does not go with/,
  ],
  [
    'a URL of something else',
    { store: { type: 'redis', url: 'http://a' } },
    /^store.url: expected a URL such as redis/,
  ],
  [
    'text that is no JSON',
    '{\n  "mode": solo }',
    /^configuration: expected a JSON value at line 2, column 11$/,
  ],
  [
    'a path of Windows',
    String.raw`{"dataFolder": "C:\Users\me"}`,
    /^configuration: expected a second backslash \(in JSON a backslash is written twice: "C:\\\\Users"\) at line 1, column 19$/,
  ],
  [
    'a path of Windows that is JSON by chance',
    String.raw`{"dataFolder": "C:\temp\new"}`,
    /^dataFolder: expected no TAB, line end or other control character \(a backslash is written twice in JSON: .*, got "C:\\temp\\new"$/,
  ],
  [
    'a name with a line end',
    { pool: { name: 'our\npool' } },
    /^pool\.name: expected no TAB, line end or other control character/,
  ],
  [
    'a host with a control character',
    { nodes: [{ host: 'node\u0007' }] },
    /^nodes\[0\]\.host: expected a host name/,
  ],
  [
    'a path of a secret with a TAB',
    { nodes: [{ apiKey: { file: 'C:\token' } }] },
    /^nodes\[0\]\.apiKey.*: expected no TAB/,
  ],
  [
    'a TAB in a text',
    '{"mode":"so\tlo"}',
    /^configuration: expected no TAB or other control character in a text at line 1/,
  ],
  [
    'text without a quote',
    '{"mode":"solo\n}',
    /^configuration: expected a quote where the text ends at line 1, column 14$/,
  ],
  ['text that ends', '{"mode"', /^configuration: expected ":" at line 1, column 8, where the text ends$/],
  [
    'a name twice in one object',
    '{"mode":"solo","mode":"pool"}',
    /did not stand in this object before at line 1/,
  ],
  [
    'names that objects have',
    '{"__proto__":{"mode":"pool"}}',
    /^__proto__: unknown setting; known are \$schema, pool/,
  ],
  [
    'a wrong value that is long',
    { mode: 'x'.repeat(1000) },
    /^mode: expected "solo" or "pool", got "x{59}\.\.\.$/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    const found = configProblems(config);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0]!, expected);
  });
}
