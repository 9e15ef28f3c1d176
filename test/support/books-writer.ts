// A process that has embedded books open and adds 1 to an account, moving it out of another one, over and over, until it is
// killed. It prints how often it has done so. Arguments: path of the pool's database, name of the writer.
import { openEmbeddedBooks } from '../../pool/store/embedded/embedded-books.js';
import { IDENTITY } from '../conformance/store-lab.js';
import { moveOne } from './books-moves.js';

const [path, name] = process.argv.slice(2);
const books = await openEmbeddedBooks(path!, IDENTITY);
for (let n = 0; ; n++) {
  await moveOne(books, `${name}/${process.pid}/${n}`);
  process.stdout.write(`${n + 1}\n`);
}
