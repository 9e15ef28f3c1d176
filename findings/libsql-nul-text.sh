#!/usr/bin/env bash
# Guess:  a text that was bound comes back as it was.
# Really: libsql binds all of it, and hands back what stands before the first U+0000; SQLite itself has the rest (hex()).
# Bites:  texts of others, kept and compared later; keys that are joined by U+0000. Refuse it, or keep bytes as a BLOB.
# Seen:   libsql 0.5.29.
source "$(dirname "$0")/setup.sh"
install libsql@0.5.29
cat > look.js <<'JS'
import Database from 'libsql';
const db = new Database(':memory:');
db.exec('CREATE TABLE t (s TEXT) STRICT');
db.prepare('INSERT INTO t VALUES (?)').run('x\0y');
const told = db.prepare('SELECT s, hex(s) AS bytes FROM t').get();
console.log(process.argv[2] === 'text' ? JSON.stringify(told.s) : told.bytes);
JS
expect 'what SQLite has' 780079 "$(node look.js bytes)"
expect 'what comes back' '"x"' "$(node look.js text)"
