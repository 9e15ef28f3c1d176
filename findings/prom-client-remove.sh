#!/usr/bin/env bash
# Guess:  gauge.remove() takes a gauge's series away, whether or not it has labels: it is how "no value now" is told.
# Really: with labels it throws unless all their values are given; only reset() takes all of them away. Thrown in collect(), it fails
#         register.metrics() as a whole, so that one unknown value costs every metric of the program.
# Bites:  code that registers gauges of both kinds by one table, and has no value for a moment.
# Seen:   prom-client 15.1.3.
source "$(dirname "$0")/setup.sh"
install prom-client@15.1.3
cat > look.js <<'JS'
import { Gauge, Registry } from 'prom-client';
const register = new Registry();
const labelNames = process.argv[2] === 'labels' ? ['device'] : [];
new Gauge({ name: 'other', help: 'x', registers: [register] }).set(1);
new Gauge({ name: 'now', help: 'x', labelNames, registers: [register], collect() { this[process.argv[3]](); } });
console.log(await register.metrics().then((text) => `other ${/^other (.+)$/m.exec(text)[1]}`, () => 'no metrics at all'));
JS
expect 'remove() without labels' 'other 1' "$(node look.js none remove)"
expect 'remove() with labels' 'no metrics at all' "$(node look.js labels remove)"
expect 'reset() with labels' 'other 1' "$(node look.js labels reset)"
