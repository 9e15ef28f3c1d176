/**
 * The frame of all pages: who the pool is, whether it is there, and the page that was asked for.
 * @module
 */
import { useEffect, useRef } from 'preact/hooks';
import type { PoolInfo } from '../pool/http/api/api-schemas.js';
import type { PoolLink } from './live/pool-link.js';
import { LinkProvider, useAnswer, useCell } from './live/use.js';
import { MinerPage } from './pages/miner-page.js';
import { PoolPage } from './pages/pool-page.js';
import { Search } from './parts/search.js';
import { LiveSign, StandingBanner } from './parts/standing-banner.js';
import { InPlaceOf } from './parts/states.js';
import type { Route, Router } from './route.js';

export function App({ link, router }: { link: PoolLink; router: Router }) {
  return (
    <LinkProvider value={link}>
      <Frame router={router} />
    </LinkProvider>
  );
}

function Frame({ router }: { router: Router }) {
  const route = useCell(router.route);
  const state = useAnswer<{ readonly pools: readonly PoolInfo[] }>('api/pools', 20_000, ['blockFound']);
  const pool = state.value?.pools[0];
  const name = pool === undefined ? 'Alephium pool' : (pool.name ?? pool.id);
  const main = useRef<HTMLElement>(null);
  const walked = useRef(false);
  const place = titleOf(route);
  useEffect(() => {
    document.title = place === undefined ? name : `${place} · ${name}`;
  }, [name, place]);
  useEffect(() => {
    // Who walks by keys or ears begins at what is new, but not on the first page.
    if (walked.current) main.current?.focus();
    walked.current = true;
  }, [route]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <div class="inner">
          <h1>
            <a href="./" data-within>
              {name}
            </a>
          </h1>
          <p class="kind">
            {pool?.networkStats.networkType && <span class="network">{pool.networkStats.networkType}</span>}
            <LiveSign />
          </p>
          <Search router={router} />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} class="inner">
        <StandingBanner />
        {pool?.notice !== undefined && (
          <p class="banner notice">
            <strong>From the operator</strong> {pool.notice}
          </p>
        )}
        <Page route={route} pool={pool} loading={<InPlaceOf state={state} lines={10} />} />
      </main>
      <footer class="inner">
        <p>
          <a href="api/openapi.json">API</a> · <a href="licenses.txt">Licences</a> · lesswork
        </p>
      </footer>
    </>
  );
}

function titleOf(route: Route): string | undefined {
  if (route.page === 'miner') return route.address;
  return route.page === 'nowhere' ? 'Nothing here' : undefined;
}

function Page(props: { route: Route; pool: PoolInfo | undefined; loading: preact.JSX.Element }) {
  const { route, pool, loading } = props;
  if (route.page === 'nowhere')
    return (
      <section class="panel lone">
        <h2>There is nothing at this place</h2>
        <p>
          The pool is at{' '}
          <a href="./" data-within>
            its front page
          </a>
          ; a miner is found by the address on top.
        </p>
      </section>
    );
  if (pool === undefined) return loading;
  return route.page === 'pool' ? (
    <PoolPage pool={pool} />
  ) : (
    <MinerPage key={route.address} pool={pool} address={route.address} />
  );
}
