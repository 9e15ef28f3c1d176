#!/usr/bin/env bash
# Guess:  a whole JavaScript number is bound as INTEGER.
# Really: libsql binds every number as REAL, a bigint as INTEGER. An INTEGER column makes an integer of 5.0 again; where
#         nothing converts (a column of type ANY, an expression), 5 is stored as 5.0 and shown as "5.0". One that is not
#         whole (a clock's 1.5 ms) is refused by an INTEGER column of a STRICT table.
# Bites:  times from performance.now() or a store's clock; keys and texts made in SQL of a bound number. Bind bigints.
# Seen:   libsql 0.5.29.
source "$(dirname "$0")/setup.sh"
install libsql@0.5.29
cat > look.js <<'JS'
import Database from 'libsql';
const db = new Database(':memory:');
db.exec('CREATE TABLE t (n INTEGER) STRICT; CREATE TABLE u (n ANY) STRICT');
const one = (sql, ...values) => Object.values(db.prepare(sql).get(...values))[0];
const refusal = (value) => {
  try {
    db.prepare('INSERT INTO t VALUES (?)').run(value);
    return 'taken';
  } catch (error) {
    return error.message;
  }
};
const told = {
  number: one('SELECT typeof(?)', 5),
  bigint: one('SELECT typeof(?)', 5n),
  text: one("SELECT 'worker-' || ?", 5),
  whole: refusal(5),
  fraction: refusal(1.5),
};
db.prepare('INSERT INTO u VALUES (?)').run(5);
told.any = one('SELECT typeof(n) FROM u');
console.log(told[process.argv[2]]);
JS
expect 'typeof(5)' real "$(node look.js number)"
expect 'typeof(5n)' integer "$(node look.js bigint)"
expect "'worker-' || 5" worker-5.0 "$(node look.js text)"
expect '5 in an ANY column' real "$(node look.js any)"
expect '5 in an INTEGER column' taken "$(node look.js whole)"
echo "1.5 in an INTEGER column: $(node look.js fraction)"
