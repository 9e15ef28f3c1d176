/**
 * How to connect: the pool's real ports, to be copied.
 * @module
 */
import { Fragment } from 'preact';
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';
import { CARRIERS } from '../../protocol/stratum/carrier.js';
import { urlHost } from '../../protocol/url-host.js';
import { difficultyText } from '../words/number-words.js';
import { CopyButton, Panel } from './basics.js';
import { Empty } from './states.js';

type Port = PoolInfo['ports'][string];

/** @param address - whose login is shown; a word in its place if left out */
export function Connect({ pool, address }: { pool: PoolInfo; address?: string }) {
  const host = urlHost(pool.host ?? location.hostname.replace(/^\[|\]$/g, ''));
  const login = `${address ?? 'YOUR_ADDRESS'}.rig1`;
  const ports = Object.entries(pool.ports);
  const [first] = ports;
  const command = first && `lesswork mine --pool ${urlOf(host, ...first)} --user ${login}`;
  return (
    <Panel
      title="Connect"
      note={
        <>
          Log in as <code>{login}</code>: your address, a dot, and a name for the rig. Any password;{' '}
          <code>d=64</code> fixes a difficulty.
        </>
      }
    >
      {ports.length === 0 && <Empty>No port is open to miners.</Empty>}
      <ul class="ports">
        {ports.map(([number, port]) => (
          <PortLine key={number} url={urlOf(host, number, port)} port={port} />
        ))}
      </ul>
      {command && (
        <div class="command">
          <code>
            {command.split(' ').map((word) => (
              <Fragment key={word}>
                <span class="word">{word}</span>{' '}
              </Fragment>
            ))}
          </code>
          <CopyButton text={command} what="the command" />
        </div>
      )}
    </Panel>
  );
}

function urlOf(host: string, number: string, { protocol }: Port): string {
  return `${CARRIERS[protocol].scheme}://${host}:${number}`;
}

function PortLine({ url, port }: { url: string; port: Port }) {
  const { name, tls, difficulty, varDiff } = port;
  const words = [
    name,
    ...(tls ? ['encrypted'] : []),
    varDiff === undefined
      ? `difficulty ${difficultyText(difficulty)}`
      : `difficulty starts at ${difficultyText(difficulty)}`,
  ];
  return (
    <li>
      <code>{url}</code>
      <CopyButton text={url} what={url} />
      <span class="muted">{words.join(' · ')}</span>
    </li>
  );
}
