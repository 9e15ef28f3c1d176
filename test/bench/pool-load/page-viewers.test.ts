import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PageViewers } from '../../../bench/pool-load/page-viewers.js';
import { type ApiLab, apiLab } from '../../support/api-lab.js';
import { waitFor } from '../../support/wait.js';

let lab: ApiLab;
before(async () => {
  lab = await apiLab({ page: true });
  await lab.settle();
});
after(() => lab.close());

test('pages are opened with their feeds, and hear what happens', async () => {
  const pages = new PageViewers(lab.api.port, 'test', 25);
  try {
    await waitFor('feeds', () => pages.open === 25);
    assert.equal(lab.api.feedConnections, 25);
    pages.restart();
    lab.tell({ heights: Array.from({ length: 16 }, () => 5_000) });
    await waitFor('events', () => pages.events >= 25 * 16);
    assert.equal(pages.failures, 0);
  } finally {
    pages.close();
  }
  await waitFor('the end of the feeds', () => lab.api.feedConnections === 0);
});

test('answers that are none are counted', async () => {
  const pages = new PageViewers(lab.api.port, 'nowhere', 1);
  try {
    await waitFor('failures', () => pages.failures === 2);
    assert.ok(pages.times.total >= 5, 'the page itself, and /api/pools');
  } finally {
    pages.close();
  }
});
