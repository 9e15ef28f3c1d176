/**
 * The 16 burn keys of a mnemonic: each chain has one of its own, so that no two chains spend the same coins.
 *
 * They are keys that every wallet for Alephium derives from the same mnemonic, `m/44'/1234'/0'/0/i`. A chain (from, to) has
 * the first index, in the order of the chains, that no chain before it has and whose P2PKH address is in group `from`.
 * @module
 */
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';
import { type Address, addressOfPublicKey } from '../../protocol/address.js';
import { ALL_CHAINS, type ChainIndex, fromGroupOf } from '../../protocol/chain.js';

/** Of keys of the kind that P2PKH addresses have, on every network. */
const ACCOUNT_PATH = "m/44'/1234'/0'/0";

/** Indices that are looked through. Some 25 hold four of each group; that 400 do not happens to nobody. */
const MAX_INDICES = 400;

/** A key that coins of one chain are burnt with. */
export interface BurnKey {
  readonly chain: ChainIndex;
  /** Where wallets have it: `m/44'/1234'/0'/0/7`. */
  readonly path: string;
  /** 32 bytes. Secret. */
  readonly privateKey: Uint8Array;
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
  /** P2PKH, in the chain's `from` group. */
  readonly address: Address;
}

/**
 * The burn keys of a mnemonic.
 * @param mnemonic - as `parseMnemonic` gives it
 * @returns 16, by chain index
 */
export function deriveBurnKeys(mnemonic: string): readonly BurnKey[] {
  const account = HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic)).derive(ACCOUNT_PATH);
  const keys = new Map<ChainIndex, BurnKey>();
  for (let index = 0; index < MAX_INDICES && keys.size < ALL_CHAINS.length; index++) {
    const { privateKey, publicKey } = account.deriveChild(index);
    if (privateKey === null || publicKey === null) continue;
    const address = addressOfPublicKey(publicKey);
    const chain = ALL_CHAINS.find((each) => fromGroupOf(each) === address.group && !keys.has(each));
    if (chain === undefined) continue;
    keys.set(chain, { chain, path: `${ACCOUNT_PATH}/${index}`, privateKey, publicKey, address });
  }
  return ALL_CHAINS.map((chain) => {
    const key = keys.get(chain);
    if (key === undefined) throw new Error(`none of the first ${MAX_INDICES} keys fits chain ${chain}`);
    return key;
  });
}
