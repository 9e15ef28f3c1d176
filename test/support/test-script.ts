/**
 * A contract's script, for transactions that run one.
 * @module
 */
import { codec } from '@alephium/web3';

export const TEST_SCRIPT = codec.script.scriptCodec.encode({
  methods: [
    {
      isPublic: true,
      usePreapprovedAssets: true,
      useContractAssets: false,
      usePayToContractOnly: false,
      argsLength: 0,
      localsLength: 2,
      returnLength: 0,
      instrs: [codec.ConstTrue, codec.BytesConst(new Uint8Array(40)), codec.Pop, codec.Pop, codec.Return],
    },
  ],
});
