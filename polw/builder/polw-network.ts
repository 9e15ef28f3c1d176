/**
 * What a builder knows of its network, and what a template of it must burn.
 * @module
 */
import {
  blockTimeMsOf,
  type EmissionParams,
  type Era,
  eraAt,
  MAINNET_EMISSION,
} from '../../protocol/emission.js';
import { targetBitsOf, timestampOfBlob } from '../../protocol/header.js';
import { type PolwTerms, polwTermsOf, polwThreshold } from '../../protocol/polw.js';
import { targetOfBits } from '../../protocol/target.js';

/** A network with Proof of Less Work. */
export interface PolwNetwork {
  /** 0 mainnet, 1 testnet, 4 devnet; 0 to 255. */
  readonly networkId: number;
  readonly emission: EmissionParams;
}

/** Terms of a template, and the rules in force for it. */
export interface TemplateTerms extends PolwTerms {
  readonly era: Era;
  /** Of the header, ms since the epoch. */
  readonly timestampMs: bigint;
}

/** Mainnet's constants under another id. */
export function networkOf(networkId: number, emission: EmissionParams = MAINNET_EMISSION): PolwNetwork {
  return { networkId, emission };
}

/**
 * How close a template is to the threshold T: its target is below T, within 5 % of it, within 20 %, below 2 T, or above.
 */
export type Closeness = 'active' | 'close' | 'near' | 'inSight' | 'far';

const CLOSE: readonly { readonly name: Closeness; readonly hundredths: bigint }[] = [
  { name: 'close', hundredths: 105n },
  { name: 'near', hundredths: 120n },
  { name: 'inSight', hundredths: 200n },
];

/** Says of each template whether Proof of Less Work is active for it, and what it asks. */
export class TermsReader {
  readonly #params: EmissionParams;
  readonly #thresholds = new Map<Era, bigint>();

  constructor(params: EmissionParams) {
    this.#params = params;
  }

  /** Whether a template must burn. Costs next to nothing. @param headerBlob - 302 bytes */
  isActive(headerBlob: Uint8Array): boolean {
    return targetOfBits(targetBitsOf(headerBlob)) < this.#thresholdOf(this.#eraOf(headerBlob));
  }

  /** How close a template is to the threshold. @param headerBlob - 302 bytes */
  closenessOf(headerBlob: Uint8Array): Closeness {
    const threshold = this.#thresholdOf(this.#eraOf(headerBlob));
    const target = targetOfBits(targetBitsOf(headerBlob));
    if (target < threshold) return 'active';
    return CLOSE.find(({ hundredths }) => target * 100n < threshold * hundredths)?.name ?? 'far';
  }

  /**
   * The terms of a template, or undefined where Proof of Less Work is not active for it.
   * @param headerBlob - 302 bytes
   * @throws RangeError if it is older than the network
   */
  termsOf(headerBlob: Uint8Array): TemplateTerms | undefined {
    const era = this.#eraOf(headerBlob);
    const timestampMs = BigInt(timestampOfBlob(headerBlob));
    const target = targetOfBits(targetBitsOf(headerBlob));
    const terms = polwTermsOf({ target, timestampMs, blockTimeMs: blockTimeMsOf(era) }, this.#params);
    return terms && { ...terms, era, timestampMs };
  }

  #eraOf(headerBlob: Uint8Array): Era {
    return eraAt(BigInt(timestampOfBlob(headerBlob)), this.#params);
  }

  #thresholdOf(era: Era): bigint {
    let threshold = this.#thresholds.get(era);
    if (threshold === undefined) {
      threshold = polwThreshold(blockTimeMsOf(era), this.#params);
      this.#thresholds.set(era, threshold);
    }
    return threshold;
  }
}
