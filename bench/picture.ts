/**
 * A run of the bench as a picture: a bar for each result beside the limit of its own device. SVG without scripts, with its text as text,
 * and colours for light and dark. Pure.
 * @module
 */
import { formatHashrate } from '../protocol/quantity-text.js';
import type { BenchRun } from './app.js';
import type { BenchResult } from './measure.js';
import { cpuRate, describeMachineLines, nameOfResult, percent } from './words.js';

const WIDTH = 720;
const MARGIN = 24;

/** Of a bar at 100 % of the limit; what passes it (2 % are believed) has room behind. */
const TRACK = WIDTH - 2 * MARGIN - 20;

const HEAD = 84;
const ROW = 68;
const BAR = 16;
const FOOT = 40;

/** Characters of a line that fit, at some 6 of its units each. */
const MAX_LINE = 110;

/** Of a name, which has the rate beside it. */
const MAX_NAME = 60;

const STYLE = `
    .paper { fill: #ffffff; }
    text { fill: #1f2328; font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
    .title { font-size: 18px; font-weight: 600; }
    .name, .rate { font-weight: 600; }
    .rate { text-anchor: end; }
    .small { fill: #59636e; font-size: 12px; }
    .track { fill: #e3e8ee; }
    .bar { fill: #0b6bcb; }
    .bad { fill: #b3261e; }
    .limit { stroke: #59636e; stroke-width: 1.5; }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #14181d; }
      text { fill: #e6edf3; }
      .small { fill: #a3adb8; }
      .track { fill: #2a323b; }
      .bar { fill: #58a6ff; }
      .bad { fill: #ff7b72; }
      .limit { stroke: #a3adb8; }
    }
  `;

/** The picture, as the content of a file. */
export function benchSvg({ machine, results }: BenchRun): string {
  const height = HEAD + Math.max(1, results.length) * ROW + FOOT;
  const [first = ''] = describeMachineLines(machine);
  const rows = results.map((result, i) => row(result, HEAD + i * ROW)).join('');
  const nothing = `  <text class="small" x="${MARGIN}" y="${HEAD + 20}">nothing was measured</text>\n`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">Hash rates of Alephium, measured by lesswork</title>
  <desc id="desc">${xmlText(results.map(inWords).join('; '))}</desc>
  <style>${STYLE}</style>
  <rect class="paper" width="${WIDTH}" height="${height}"/>
  <text class="title" x="${MARGIN}" y="36">Hash rates, each beside its device's own limit</text>
  <text class="small" x="${MARGIN}" y="58">${xmlText(fit(first, MAX_LINE))}</text>
${rows || nothing}  <text class="small" x="${MARGIN}" y="${height - 16}">limit: a kernel that makes the mixing steps of the hash and nothing else, in the same run</text>
</svg>
`;
}

function row(result: BenchResult, top: number): string {
  const { hashesPerSecond, ceilingHashesPerSecond, ofCeiling, verified, spread } = result;
  const y = top + 28;
  const below = ofCeiling === null ? top + 38 : y + BAR + 15;
  const name = xmlText(fit(nameOfResult(result), MAX_NAME));
  const head =
    `  <text class="name" x="${MARGIN}" y="${top + 20}">${name}</text>\n` +
    `  <text class="rate" x="${WIDTH - MARGIN}" y="${top + 20}">${formatHashrate(hashesPerSecond)}</text>\n`;
  const fault = verified ? '' : 'NOT VERIFIED; ';
  const words =
    ofCeiling === null || ceilingHashesPerSecond === null
      ? `${fault}no limit was measured${cpuRate(result)}; spread ${percent(spread)}`
      : `${fault}${percent(ofCeiling)} of the limit, ${formatHashrate(ceilingHashesPerSecond)}${cpuRate(result)}; spread ${percent(spread)}`;
  const text = `  <text class="${verified ? 'small' : 'bad'}" x="${MARGIN}" y="${below}">${words}</text>\n`;
  if (ofCeiling === null) return head + text;
  const length = (Math.min(Math.max(ofCeiling, 0), 1.02) * TRACK).toFixed(1);
  return `${head}  <rect class="track" x="${MARGIN}" y="${y}" width="${TRACK}" height="${BAR}" rx="3"/>
  <rect class="${verified ? 'bar' : 'bad'}" x="${MARGIN}" y="${y}" width="${length}" height="${BAR}" rx="3"/>
  <line class="limit" x1="${MARGIN + TRACK}" x2="${MARGIN + TRACK}" y1="${y - 3}" y2="${y + BAR + 3}"/>
${text}`;
}

/** For those who do not see it. */
function inWords(result: BenchResult): string {
  const { hashesPerSecond, ofCeiling, verified } = result;
  const share = ofCeiling === null ? '' : `, ${percent(ofCeiling)} of its device's limit`;
  return `${nameOfResult(result)}: ${formatHashrate(hashesPerSecond)}${share}${verified ? '' : ', not verified'}`;
}

/** Names come from drivers: what XML can't hold, or takes for its own, is replaced. */
function xmlText(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text
    .replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '\ufffd')
    .replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

function fit(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
