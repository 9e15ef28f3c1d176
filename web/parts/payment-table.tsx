/**
 * Payments, of a pool or to an address.
 * @module
 */
import type { MinerPaymentInfo } from '../../pool/http/api/money-schemas.js';
import { Ago, Amount, Badge, Hash, Table } from './basics.js';

/** What the payments of a pool and those to an address have in common. */
export type ShownPayment = Pick<
  MinerPaymentInfo,
  'created' | 'amountAtto' | 'state' | 'transactionConfirmationData' | 'transactionInfoLink'
>;

/** @param hintOf - what stands with the amount where one points at it */
export function PaymentTable<P extends ShownPayment>(props: {
  label: string;
  payments: readonly P[];
  hintOf: (payment: P) => string | undefined;
}) {
  return (
    <Table label={props.label}>
      <thead>
        <tr>
          <th scope="col">Sent</th>
          <th scope="col" class="number">
            ALPH
          </th>
          <th scope="col">State</th>
          <th scope="col">Transaction</th>
        </tr>
      </thead>
      <tbody>
        {props.payments.map((payment) => (
          <tr key={payment.transactionConfirmationData}>
            <td>
              <Ago time={payment.created} />
            </td>
            <td class="number" title={props.hintOf(payment)}>
              <Amount atto={payment.amountAtto} />
            </td>
            <td>
              <Badge tone={payment.state === 'paid' ? 'good' : 'plain'}>{payment.state}</Badge>
            </td>
            <td>
              <Hash hash={payment.transactionConfirmationData} link={payment.transactionInfoLink} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
