/**
 * "Mine here": what is chosen, how it goes, and the way to stop it.
 * @module
 */
import { createContext } from 'preact';
import { useContext, useEffect, useId, useState } from 'preact/hooks';
import { LEAST_LOAD } from '../../miner/core/load-pacer.js';
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import { useCell } from '../live/use.js';
import { Figure, Panel } from '../parts/basics.js';
import { Empty } from '../parts/states.js';
import { MAX_FIELD_CHARS, readLogin } from './login.js';
import type { DeviceWish } from './messages.js';
import type { MineControl, MineState } from './mine-control.js';
import { deviceText, poolText, sharesText, shareText } from './mine-words.js';
import { reachOf } from './reach.js';
import { keepWishes, readWishes, type Wishes } from './wishes.js';

/** Most threads that are started: a browser's workers take some megabytes each. */
export const MAX_MINE_THREADS = 64;

const DEVICE_WORDS: Readonly<Record<DeviceWish, string>> = {
  auto: 'Graphics card, or CPU',
  gpu: 'Graphics card (WebGPU)',
  cpu: 'CPU (WebAssembly)',
};

const keeper = (): Storage => localStorage;

const MiningContext = createContext<MineControl | undefined>(undefined);

/** One control a tab: mining goes on while one walks through the page. */
export const MiningProvider = MiningContext.Provider;

/** Nothing where the operator does not offer it. */
export function MineHere({ pool }: { pool: PoolInfo }) {
  const control = useContext(MiningContext);
  return pool.browserMining === undefined || control === undefined ? null : (
    <MinePanel pool={pool} control={control} />
  );
}

function MinePanel({ pool, control }: { pool: PoolInfo; control: MineControl }) {
  const state = useCell(control.state);
  const reach = reachOf(pool, location);
  const why =
    reach.kind === 'nowhere'
      ? reach.why
      : 'WebSocket' in globalThis && 'Worker' in globalThis
        ? undefined
        : 'This browser has no WebSocket or no workers: mining here needs both.';
  return (
    <Panel
      title="Mine here"
      class="mine"
      note="This tab searches for the pool with your device: it takes its power, and your electricity. It stops when you say so, when you close the tab, and while the tab is hidden unless you ask it to go on."
    >
      {why !== undefined && <Empty>{why}</Empty>}
      {reach.kind === 'endpoint' && why === undefined && (
        <>
          <Choices
            state={state}
            control={control}
            start={(user, { device, load, whileHidden }) =>
              control.start(
                { endpoint: reach.endpoint, user, device, load, threads: threadsHere() },
                whileHidden,
              )
            }
          />
          <Course state={state} />
        </>
      )}
    </Panel>
  );
}

function threadsHere(): number {
  return Math.min(MAX_MINE_THREADS, Math.max(1, navigator.hardwareConcurrency || 1));
}

function Choices(props: {
  state: MineState;
  control: MineControl;
  start: (user: string, wishes: Wishes) => void;
}) {
  const { state, control, start } = props;
  const id = useId();
  const [wishes, wish] = useState(() => readWishes(keeper));
  const [problem, tell] = useState<{ field: 'address' | 'worker'; text: string } | undefined>();
  const change = (part: Partial<Wishes>): void => {
    const next = { ...wishes, ...part };
    wish(next);
    keepWishes(next, keeper);
    if (part.address !== undefined || part.worker !== undefined) tell(undefined);
  };
  const on = state.phase !== 'off';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (on) {
      control.stop();
      return;
    }
    const login = readLogin(wishes.address, wishes.worker);
    if (login.kind === 'user') {
      tell(undefined);
      start(login.user, wishes);
      return;
    }
    tell(login);
    const form = event.currentTarget as HTMLFormElement;
    (form.elements.namedItem(login.field) as HTMLInputElement).focus();
  };
  const textField = (name: 'address' | 'worker') => (
    <input
      id={`${id}-${name}`}
      name={name}
      type="text"
      value={wishes[name]}
      disabled={on}
      autoComplete="off"
      autoCapitalize="off"
      spellcheck={false}
      maxLength={MAX_FIELD_CHARS}
      aria-invalid={problem?.field === name}
      aria-describedby={`${id}-problem`}
      onInput={(event) => change({ [name]: event.currentTarget.value })}
    />
  );
  const percent = Math.round(wishes.load * 100);
  return (
    <form class="choices" onSubmit={submit} noValidate>
      <label for={`${id}-address`}>Address to be paid</label>
      {textField('address')}
      <label for={`${id}-worker`}>Name of the worker</label>
      {textField('worker')}
      <p class="problem" id={`${id}-problem`} role="alert">
        {problem?.text}
      </p>
      <label for={`${id}-device`}>Device</label>
      <select
        id={`${id}-device`}
        name="device"
        value={wishes.device}
        disabled={on}
        onChange={(event) =>
          change({ device: (event.currentTarget as HTMLSelectElement).value as DeviceWish })
        }
      >
        {Object.entries(DEVICE_WORDS).map(([device, words]) => (
          <option key={device} value={device}>
            {words}
          </option>
        ))}
      </select>
      <label for={`${id}-load`}>Load</label>
      <span class="load">
        <input
          id={`${id}-load`}
          name="load"
          type="range"
          min={LEAST_LOAD * 100}
          max={100}
          step={5}
          value={percent}
          aria-valuetext={`${percent} percent of the device's time`}
          onInput={(event) => {
            const load = Number((event.currentTarget as HTMLInputElement).value) / 100;
            change({ load });
            control.setLoad(load);
          }}
        />
        <output for={`${id}-load`}>{percent} %</output>
      </span>
      <label class="check">
        <input
          name="whileHidden"
          type="checkbox"
          checked={wishes.whileHidden}
          onChange={(event) => {
            const whileHidden = (event.currentTarget as HTMLInputElement).checked;
            change({ whileHidden });
            control.setWhileHidden(whileHidden);
          }}
        />
        Go on while this tab is hidden
      </label>
      <button type="submit" disabled={state.phase === 'stopping'}>
        {state.phase === 'off' ? 'Start mining' : state.phase === 'mining' ? 'Stop' : 'Stopping…'}
      </button>
    </form>
  );
}

/** How it goes, or went. */
function Course({ state }: { state: MineState }) {
  const { phase, resting, status, lastShare, words, failure } = state;
  useTitle(phase === 'mining' && !resting ? status?.hashrates.over10s : undefined);
  return (
    <>
      <p role="status" class={`course ${failure === undefined ? '' : 'bad'}`}>
        {failure !== undefined
          ? `It has stopped: ${failure}`
          : phase === 'off'
            ? status === undefined
              ? ''
              : 'Stopped.'
            : resting
              ? 'Resting: this tab is hidden.'
              : poolText(status)}
      </p>
      {status !== undefined && (
        <>
          <dl class="figures">
            <Figure
              name="Rate, 10 s"
              below={
                <>
                  <span>60 s {formatHashrate(status.hashrates.over60s)}</span>{' '}
                  <span>15 min {formatHashrate(status.hashrates.over15min)}</span>
                </>
              }
            >
              {phase === 'off' ? '–' : formatHashrate(status.hashrates.over10s)}
            </Figure>
            <Figure name="Shares" below={sharesText(status)}>
              {status.shares?.accepted ?? 0} accepted
            </Figure>
            <Figure name="Newest share">{shareText(lastShare)}</Figure>
          </dl>
          <ul class="devices">
            {status.devices.map((device, i) => (
              <li key={i}>{deviceText(device, phase === 'off')}</li>
            ))}
          </ul>
        </>
      )}
      {words.length > 0 && (
        <details>
          <summary>What happened</summary>
          <ol class="words">
            {words.map(({ level, text, timeMs }, i) => (
              <li key={`${timeMs} ${words.length - i}`} class={level}>
                <time dateTime={new Date(timeMs).toISOString()}>{new Date(timeMs).toLocaleTimeString()}</time>{' '}
                {text}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** A tab that mines says so where tabs are seen. @param rate - hashes per second; undefined while it does not mine */
function useTitle(rate: number | undefined): void {
  const text = rate === undefined ? undefined : `⛏ ${formatHashrate(rate)} · `;
  useEffect(() => {
    if (text === undefined) return undefined;
    const before = document.title;
    document.title = text + before;
    return () => {
      document.title = document.title.startsWith(text) ? document.title.slice(text.length) : document.title;
    };
  }, [text]);
}
