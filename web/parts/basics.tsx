/**
 * Small parts that all pages are made of.
 * @module
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { parseAlph } from '../../protocol/alph-text.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import { useNow } from '../live/use.js';
import { minerPath } from '../route.js';
import type { Tone } from '../words/block-words.js';
import { amountText, exactAmountText, percentText } from '../words/number-words.js';
import { agoText, fullTimeText } from '../words/time-words.js';

/** A part of the page under a heading. @param aside - beside the heading */
export function Panel(props: {
  title: string;
  note?: ComponentChildren;
  aside?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel ${props.class ?? ''}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.note && <p class="note">{props.note}</p>}
      {props.children}
    </section>
  );
}

/** One figure with its name, and what belongs to it below. */
export function Figure(props: { name: string; children: ComponentChildren; below?: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd>
        <span class="value">{props.children}</span>
        {props.below && <span class="below">{props.below}</span>}
      </dd>
    </div>
  );
}

export interface ShownRate {
  readonly hashrate: number;
  readonly seconds?: number | undefined;
  readonly error99?: number | undefined;
}

/** A hashrate and its error. */
export function Rate({ rate }: { rate: ShownRate | undefined }) {
  if (rate === undefined) return <Nothing what="not read yet" />;
  if (rate.hashrate === 0) return <span class="rate muted">0 H/s</span>;
  const { error99 } = rate;
  return (
    <span class="rate">
      <span class="amount">{formatHashrate(rate.hashrate)}</span>
      {/* The blank stands before the error, not in it: lines break here. */}
      {error99 !== undefined && (
        <>
          {' '}
          <span class="error" title="In 99 of 100 cases the true hashrate is within this part of it.">
            ± {error99 > 1 ? 'over 100 %' : percentText(error99)}
          </span>
        </>
      )}
    </span>
  );
}

/** @param atto - attoALPH as the API writes it @param alph - the same in ALPH, where that is all there is */
export function Amount({ atto, alph }: { atto: string | undefined; alph?: number }) {
  const amount = atto === undefined ? parseAlph((alph ?? 0).toFixed(9)) : BigInt(atto);
  if (amount === undefined) return <Nothing what="unknown" />;
  return <span title={exactAmountText(amount)}>{amountText(amount)}</span>;
}

/** A time as how long ago it was; exactly where one points at it. */
export function Ago({ time }: { time: string | undefined }) {
  const nowMs = useNow();
  if (time === undefined) return <Nothing what="never" />;
  const timeMs = Date.parse(time);
  return (
    <time dateTime={time} title={fullTimeText(timeMs)}>
      {agoText(nowMs - timeMs)}
    </time>
  );
}

/** Stands where there is nothing. */
export function Nothing({ what }: { what: string }) {
  return <span class="muted">{what}</span>;
}

export function Badge(props: { tone: Tone; title?: string; children: ComponentChildren }) {
  return (
    <span class={`badge ${props.tone}`} title={props.title}>
      {props.children}
    </span>
  );
}

/** An address that leads to its page, cut in the middle. */
export function MinerLink({ address }: { address: string }) {
  if (address === '') return <Nothing what="nobody" />;
  return (
    <a class="address" href={minerPath(address)} data-within title={address}>
      <span class="hidden">{address}</span>
      <span aria-hidden="true">{shortAddress(address)}</span>
    </a>
  );
}

export function shortAddress(address: string): string {
  return address.length <= 16 ? address : `${address.slice(0, 8)}…${address.slice(-5)}`;
}

/** A hash, cut, that leads to an explorer where there is one. */
export function Hash({ hash, link }: { hash: string; link: string | undefined }) {
  const short = `${hash.slice(0, 8)}…`;
  if (link === undefined)
    return (
      <code class="hash" title={hash}>
        {short}
      </code>
    );
  return (
    <a class="hash" href={link} rel="noopener noreferrer" target="_blank" title={hash}>
      {short}
      <span class="hidden"> (opens an explorer)</span>
    </a>
  );
}

/** Copies a text with one click, and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, say] = useState<string | undefined>();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (): Promise<void> => {
    say((await copyText(text)) ? 'Copied' : 'Select it by hand');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(undefined), 2_000);
  };
  return (
    <button type="button" class="copy" onClick={() => void copy()} aria-label={`Copy ${what}`}>
      <span role="status">{said ?? 'Copy'}</span>
    </button>
  );
}

/** Browsers give the clipboard to pages of https and of this machine alone: elsewhere the old way is tried. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'hidden';
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

/** A table that can be moved sideways where it is too wide. @param label - what is in it, in the plural */
export function Table(props: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be moved sideways must be reached by keys
    <section class="scroll" tabIndex={0} aria-label={`Table of ${props.label}`}>
      <table>{props.children}</table>
    </section>
  );
}
