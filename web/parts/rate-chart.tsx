/**
 * A hashrate over time with its error, drawn on a canvas; in words for who can't see it.
 * @module
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { formatHashrate } from '../../protocol/quantity-text.js';
import { percentText } from '../words/number-words.js';
import { columnsOf, type RateColumns, type RatePoint, timeRange } from '../words/rate-columns.js';
import { clockText, dayText } from '../words/time-words.js';

const HEIGHT = 220;

export function RateChart(props: {
  points: readonly RatePoint[];
  stepMs: number;
  untilMs: number;
  what: string;
}) {
  const { points, stepMs, untilMs, what } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const [shown, show] = useState<number | null>(null);
  const dark = useDark();
  const columns = columnsOf(points, stepMs, untilMs);
  const latest = useRef(columns);
  latest.current = columns;

  useEffect(() => {
    const place = box.current!;
    const plot = new uPlot(optionsOf(place, stepMs, show), latest.current, place);
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }));
    observer.observe(place);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = undefined;
    };
  }, [dark, stepMs]);
  useEffect(() => chart.current?.setData(columns), [points, untilMs]);

  return (
    <figure class="chart">
      <figcaption aria-hidden="true">{readout(columns, shown ?? columns[0].length - 1, stepMs)}</figcaption>
      <div ref={box} role="img" aria-label={`${what}. ${summary(columns)}`} />
    </figure>
  );
}

/** What stands above the chart: the interval that is pointed at, or the last one. */
function readout(columns: RateColumns, index: number, stepMs: number) {
  const [times, rates, , highs] = columns;
  const time = times[index];
  if (time === undefined) return '';
  const rate = rates[index]!;
  const high = highs[index];
  return (
    <>
      <strong>{formatHashrate(rate)}</strong>
      {typeof high === 'number' && rate > 0 && <span class="error"> ± {percentText(high / rate - 1)}</span>}
      <span class="muted">
        {' '}
        {stepMs >= DAY_MS ? timeText(time, stepMs) : `from ${timeText(time, stepMs)} on`}
      </span>
    </>
  );
}

function summary([times, rates]: RateColumns): string {
  if (times.length === 0) return 'No figures yet.';
  const known = rates.filter((rate) => rate > 0);
  if (known.length === 0) return 'No accepted work in this time.';
  return `From ${formatHashrate(Math.min(...known))} to ${formatHashrate(Math.max(...known))}, last ${formatHashrate(rates.at(-1)!)}.`;
}

const DAY_MS = 86_400_000;

function timeText(seconds: number, stepMs: number): string {
  const ms = seconds * 1000;
  return stepMs >= DAY_MS ? `${dayText(ms)} (UTC)` : clockText(ms);
}

function optionsOf(place: HTMLElement, stepMs: number, show: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour('--muted'),
    font: `12px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const hidden = { stroke: 'transparent', points: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      // Of one point alone uPlot makes a range of its own, of years: the times themselves are looked at.
      x: { range: ({ data: [times] }) => timeRange(times, stepMs) },
      y: { range: (_, __, most) => [0, (most || 1) * 1.08] },
    },
    axes: [
      {
        ...axis,
        size: 32,
        space: 84,
        values: (_, times) => times.map((time) => timeText(time, stepMs).replace(' (UTC)', '')),
      },
      {
        ...axis,
        size: 74,
        values: (_, rates) => rates.map((rate) => (rate === 0 ? '0' : formatHashrate(rate))),
      },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        width: 2,
        fill: colour('--accent-faint'),
        points: { show: (plot) => plot.data[0].length < 3, size: 6, fill: colour('--accent') },
      },
      hidden,
      hidden,
    ],
    bands: [{ series: [3, 2], fill: colour('--accent-faint') }],
    hooks: { setCursor: [({ cursor }) => show(cursor.idx ?? null)] },
  };
}

/** Whether colours are the dark ones: a canvas must be drawn anew where that changes. */
function useDark(): boolean {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const [dark, set] = useState(query.matches);
  useEffect(() => {
    const note = (): void => set(query.matches);
    query.addEventListener('change', note);
    return () => query.removeEventListener('change', note);
  }, []);
  return dark;
}
