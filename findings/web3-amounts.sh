#!/usr/bin/env bash
# Guess:  convertAlphAmountWithDecimals refuses an amount with more decimals than ALPH has, or cuts it.
# Really: it rounds to the nearest attoALPH, up too: 1.5 atto become 2, and 0.9999999999999999999 ALPH become 1 ALPH.
# Bites:  whoever splits a balance in decimal text and converts the parts: their sum can be more than the whole.
# Seen:   @alephium/web3 3.0.4.
source "$(dirname "$0")/setup.sh"
install @alephium/web3@3.0.4
cat > look.js <<'JS'
import { convertAlphAmountWithDecimals } from '@alephium/web3';
console.log(String(convertAlphAmountWithDecimals(process.argv[2])));
JS
expect '0.0000000000000000015 ALPH in atto' 2 "$(node look.js 0.0000000000000000015)"
expect '0.0000000000000000014 ALPH in atto' 1 "$(node look.js 0.0000000000000000014)"
expect '0.9999999999999999999 ALPH in atto' 1000000000000000000 "$(node look.js 0.9999999999999999999)"
