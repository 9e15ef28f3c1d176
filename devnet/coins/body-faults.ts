/**
 * What can be wrong with a block's transactions, by the full node's names where it has one.
 * @module
 */

/** What is wrong with one transaction. */
export type TransactionFault =
  | 'InvalidNetworkId'
  | 'NoInputs'
  | 'TooManyInputs'
  | 'NoOutputs'
  | 'TooManyOutputs'
  | 'InvalidGasPrice'
  | 'InvalidStartGas'
  | 'InvalidOutputStats'
  | 'OutputDataSizeExceeded'
  | 'TxDoubleSpending'
  | 'InvalidInputGroupIndex'
  | 'InvalidOutputGroupIndex'
  | 'InvalidScriptExecutionFlag'
  | 'NonExistInput'
  | 'TimeLockedTx'
  | 'InvalidAlphBalance'
  | 'InvalidTokenBalance'
  | 'InvalidPublicKeyHash'
  | 'InvalidSignature'
  | 'NotEnoughSignature'
  | 'TooManyInputSignatures'
  | 'OutOfGas'
  /** A name of our own: a script, a contract, or an address whose unlocking this node does not know. */
  | 'UnsupportedTransaction';

/** What is wrong with a block's transactions. */
export type BodyFault =
  | 'InvalidTxsMerkleRoot'
  | 'TooManyTransactions'
  | 'TxGasPriceNonDecreasing'
  | 'TooMuchGasUsed'
  | 'BlockDoubleSpending'
  | 'InvalidPoLWCoinbaseFormat'
  | 'InvalidPoLWInputUnlockScript'
  | 'PoLWUnlockScriptNotTheSame'
  | 'InvalidPoLWChangeOutputLockupScript'
  | 'InvalidCoinbaseData'
  | 'InvalidCoinbaseReward'
  | 'InvalidCoinbaseLockedAmount'
  | 'InvalidCoinbaseLockupPeriod'
  | 'InvalidGhostUncleMiner'
  | `ExistInvalidTx ${TransactionFault}`;
