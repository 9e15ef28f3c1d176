/**
 * Authorizations as text: the file that lesswork reads, and settings for a full node that builds such blocks itself.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../../protocol/chain.js';
import type { Authorization } from './authorization.js';

/**
 * A file as `parseAuthorizations` reads it. No secret is in it.
 * @param networkId - of the network they are for, 0 to 255
 */
export function authorizationsText(networkId: number, authorizations: readonly Authorization[]): string {
  const entries = authorizations.map(({ chain, burnPublicKey, burn, reward, signature }) => ({
    from: fromGroupOf(chain),
    to: toGroupOf(chain),
    burnPublicKey: bytesToHex(burnPublicKey),
    burnAddress: burn.text,
    rewardAddress: reward.text,
    signature: bytesToHex(signature),
  }));
  return `${JSON.stringify({ networkId, authorizations: entries }, null, 2)}\n`;
}

/**
 * The same as a list in the form of a full node's settings (JSON, which HOCON takes): the groups of the two addresses say
 * which chain an entry is for.
 */
export function nodeSettingsText(authorizations: readonly Authorization[]): string {
  const entries = authorizations.map(({ burnPublicKey, reward, signature }) => ({
    'burn-public-key': bytesToHex(burnPublicKey),
    'reward-address': reward.text,
    signature: bytesToHex(signature),
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}
