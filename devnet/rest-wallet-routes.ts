/**
 * Wallets that the node keeps: `/wallets`. Their forms are those of the node's published API.
 * @module
 */
import { parseJsonBody, RestFault } from './rest-answer.js';
import { get, post, type Route } from './rest-route.js';

export const WALLET_ROUTES: readonly Route[] = [
  get('/wallets', ({ wallets }) => wallets.all().map((wallet) => wallet.status())),
  get('/wallets/*', ({ wallets }, { params }) => wallets.named(params[0]!).status()),
  post('/wallets/*/lock', ({ wallets }, { params }) => wallets.named(params[0]!).lock()),
  post('/wallets/*/unlock', ({ wallets }, { params, body }) => {
    const fields = fieldsOf(body);
    const { mnemonicPassphrase } = fields;
    const passphrase = mnemonicPassphrase === undefined ? undefined : textOf(fields, 'mnemonicPassphrase');
    wallets.named(params[0]!).unlock(textOf(fields, 'password'), passphrase);
  }),
  get('/wallets/*/addresses', ({ wallets }, { params }) => wallets.named(params[0]!).addresses()),
  post('/wallets/*/change-active-address', ({ wallets }, { params, body }) =>
    wallets.named(params[0]!).changeActive(textOf(fieldsOf(body), 'address')),
  ),
  post('/wallets/*/sign', ({ wallets }, { params, body }) => ({
    signature: wallets.named(params[0]!).sign(textOf(fieldsOf(body), 'data')),
  })),
];

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: string): Fields {
  return parseJsonBody(body) as Fields;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw RestFault.badRequest(
    `Invalid value for: body (missing keys in dictionary: ${name}: decoding failure)`,
  );
}
