#!/usr/bin/env bash
# Guess:  new Database(path, { readonly: true }) of libsql opens a database that nobody can write through, as better-sqlite3
#         does, whose interface it takes over.
# Really: the option is not looked at: writes go through. A URI with mode=ro as the path is what opens it for reading only.
# Bites:  a tool that wants to look into another program's database without any risk for it.
# Seen:   libsql 0.5.29.
source "$(dirname "$0")/setup.sh"
install libsql@0.5.29
cat > look.js <<'JS'
import Database from 'libsql';
const db = new Database('data.db');
db.exec('CREATE TABLE IF NOT EXISTS t (n INTEGER); DELETE FROM t; INSERT INTO t VALUES (1)');
db.close();
const [name, options] =
  process.argv[2] === 'option' ? ['data.db', { readonly: true }] : [`file://${process.cwd()}/data.db?mode=ro`, {}];
const reader = new Database(name, options);
try {
  reader.exec('INSERT INTO t VALUES (2)');
  console.log('written');
} catch {
  console.log(`refused, ${reader.prepare('SELECT count(*) AS n FROM t').get().n} row read`);
}
JS
expect 'a write with { readonly: true }' 'written' "$(node look.js option)"
expect 'a write with mode=ro' 'refused, 1 row read' "$(node look.js uri)"
