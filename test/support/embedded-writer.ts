// A process that owns an embedded store and applies one batch after the other, until it is killed. It prints the number
// of each batch that was applied. Arguments: path of the database, number of workers.
import { openEmbeddedStore } from '../../pool/store/embedded/embedded-store.js';
import { IDENTITY } from '../conformance/store-lab.js';
import { WRITER_JOURNAL, writtenBatch } from './written-batches.js';

const [path, workers] = process.argv.slice(2);
const store = openEmbeddedStore({ type: 'embedded', path: path!, identity: IDENTITY });
const [mark] = await store.marks([WRITER_JOURNAL]);
for (let number = (mark?.number ?? 0) + 1; ; number++) {
  await store.apply(writtenBatch(number, Number(workers)));
  process.stdout.write(`${number}\n`);
}
