/**
 * What each block brought an address, with the proof of it, checked here and not by the pool.
 * @module
 */
import { useEffect, useState } from 'preact/hooks';
import type { BlockInfo, PoolInfo } from '../../pool/http/api/api-schemas.js';
import { type CheckedCredit, checkedCredit } from '../live/checked-credits.js';
import { useAnswer, useLink } from '../live/use.js';
import { percentText } from '../words/number-words.js';
import { Ago, Amount, Badge, Hash, Nothing, Panel, Table } from './basics.js';
import { Empty, InPlaceOf } from './states.js';

const PAGE_SIZE = 10;

/** @param path - of the address, in the API */
export function Credits({ pool, path, account }: { pool: PoolInfo; path: string; account: string }) {
  const [page, turn] = useState(0);
  const state = useAnswer<readonly BlockInfo[]>(
    `api/pools/${pool.id}/blocks?state=confirmed&pageSize=${PAGE_SIZE}&page=${page}`,
    60_000,
  );
  const blocks = state.value;
  return (
    <Panel
      title="Credit of each block"
      note="Each part is shown by a chain of hashes from this address’s work up to a number that the pool cannot take back. Your browser checks it."
    >
      {blocks === undefined ? (
        <InPlaceOf state={state} />
      ) : blocks.length === 0 && page === 0 ? (
        <Empty>No block is confirmed yet: rewards are locked for a while, and shared out after that.</Empty>
      ) : (
        <Table label="credits">
          <thead>
            <tr>
              <th scope="col">Found</th>
              <th scope="col" class="roomy">
                Block
              </th>
              <th scope="col" class="number roomy">
                Reward
              </th>
              <th scope="col" class="number">
                Work
              </th>
              <th scope="col" class="number">
                Credit
              </th>
              <th scope="col">Proof</th>
            </tr>
          </thead>
          <tbody>
            {blocks.map((block) => (
              <CreditRow key={block.hash} block={block} pool={pool.id} path={path} account={account} />
            ))}
          </tbody>
        </Table>
      )}
      {blocks !== undefined && (page > 0 || blocks.length === PAGE_SIZE) && (
        <p class="pages">
          <button type="button" disabled={page === 0} onClick={() => turn(page - 1)}>
            Newer
          </button>
          <button type="button" disabled={blocks.length < PAGE_SIZE} onClick={() => turn(page + 1)}>
            Older
          </button>
        </p>
      )}
    </Panel>
  );
}

function CreditRow(props: { block: BlockInfo; pool: string; path: string; account: string }) {
  const { block, pool, path, account } = props;
  const { hash, created, infoLink, rewardAtto } = block;
  const link = useLink();
  const [credit, set] = useState<CheckedCredit | undefined>();
  useEffect(() => {
    let wanted = true;
    void checkedCredit(link, `${path}/blocks/${hash}/credit`, { pool, account, hash }).then((checked) => {
      if (wanted) set(checked);
    });
    return () => {
      wanted = false;
    };
  }, [hash, account]);
  return (
    <tr>
      <td>
        <Ago time={created} />
      </td>
      <td class="roomy">
        <Hash hash={hash} link={infoLink} />
      </td>
      <td class="number roomy">
        {rewardAtto === undefined ? <Nothing what="–" /> : <Amount atto={rewardAtto} />}
      </td>
      <td class="number">{credit?.part === undefined ? <Nothing what="–" /> : percentText(credit.part)}</td>
      <td class="number">
        {credit?.amount === undefined ? <Nothing what="–" /> : <Amount atto={`${credit.amount}`} />}
      </td>
      <td>
        <Proof credit={credit} />
      </td>
    </tr>
  );
}

function Proof({ credit }: { credit: CheckedCredit | undefined }) {
  switch (credit?.kind) {
    case undefined:
      return <Nothing what="checking" />;
    case 'proven':
      return (
        <Badge tone="good" title={`Run ${credit.run}, head ${credit.head}`}>
          checked
        </Badge>
      );
    case 'nothing':
      return (
        <Badge tone="plain" title="The pool says that this address had no work in the window of this block.">
          no work then
        </Badge>
      );
    case 'notSettled':
      return (
        <Badge tone="plain" title="It is shared out with the next settlement run.">
          not settled yet
        </Badge>
      );
    case 'wrong':
      return (
        <Badge tone="bad" title={credit.fault}>
          does not hold: {credit.fault}
        </Badge>
      );
    case 'unknown':
      return <Nothing what="not to be had now" />;
  }
}
