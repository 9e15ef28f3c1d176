#!/usr/bin/env bash
# Guess:  new TextDecoder('latin1') makes byte N the character N, as Buffer's 'latin1' does, on every version of Node.js.
# Really: on Node.js 20 it does, from 22 on "latin1" is windows-1252, as the Encoding standard says: 0x80 to 0x9f become
#         other characters (0x82 is U+201A), and what is written back is not what was read.
# Bites:  whoever decodes bytes by it to handle them as text and encodes them again; tests on one version do not see it.
# Seen:   Node.js 20.19.0, 22.23.5, 24.22.3.
source "$(dirname "$0")/setup.sh"
look='console.log(new TextDecoder("latin1").decode(Uint8Array.of(0x82)).codePointAt(0).toString(16))'
expect 'Node.js 20.19.0, byte 0x82' 82 "$("$(node_of 20.19.0)" -e "$look")"
expect 'Node.js 22.23.5, byte 0x82' 201a "$("$(node_of 22.23.5)" -e "$look")"
expect 'Node.js 24.22.3, byte 0x82' 201a "$("$(node_of 24.22.3)" -e "$look")"
expect "Buffer's latin1, byte 0x82" 82 "$(node -p 'Buffer.from([0x82]).latin1Slice().codePointAt(0).toString(16)')"
