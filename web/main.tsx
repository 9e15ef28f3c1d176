/**
 * Draws the page.
 * @module
 */
import { render } from 'preact';
import { App } from './app.js';
import { PoolLink } from './live/pool-link.js';
import { MineControl } from './mine/mine-control.js';
import { MiningProvider } from './mine/mine-panel.js';
import { startMineWorker } from './mine/start-worker.js';
import { Router } from './route.js';

// Taken once, and whole: the document's address changes as one walks through the page.
const base = new URL('.', document.baseURI);
document.querySelector('base')?.setAttribute('href', base.href);

const link = new PoolLink(base);
const mining = new MineControl({ startWorker: startMineWorker, page: document });
const router = new Router(base);
link.start();
router.start();
render(
  <MiningProvider value={mining}>
    <App link={link} router={router} />
  </MiningProvider>,
  document.getElementById('page')!,
);
