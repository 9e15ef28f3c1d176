/**
 * The parts of the rig's document that are filled in. What comes from outside, as names of devices and pools do, goes into
 * text nodes alone.
 * @module
 */
import type { DeviceTable } from './device-columns.js';
import type { Kind, Row } from './rig-words.js';

/** @param id - of an element that the document has */
export function element<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

function withText<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** Says how the rig stands. */
export function showStanding(text: string, kind: Kind): void {
  const state = element('state');
  // A screen reader tells changes alone.
  if (state.textContent !== text) state.textContent = text;
  state.className = `state ${kind}`;
}

/** Puts rows into a list. */
export function fillList(id: string, rows: readonly Row[]): void {
  element(id).replaceChildren(
    ...rows.map(([name, text, kind = '']) => {
      const row = document.createElement('div');
      if (kind !== '') row.className = kind;
      row.append(withText('dt', name), withText('dd', text));
      return row;
    }),
  );
}

export function showDevices({ columns, rows }: DeviceTable): void {
  element('device-heads').replaceChildren(
    ...['Device', ...columns].map((name) => {
      const head = withText('th', name);
      head.scope = 'col';
      return head;
    }),
  );
  element('devices').replaceChildren(
    ...rows.map(({ name, cells }) => {
      const row = document.createElement('tr');
      const head = withText('th', name);
      head.scope = 'row';
      row.append(head);
      for (const [i, [text, kind = '']] of cells.entries()) {
        const cell = withText('td', text === '' ? '–' : text);
        cell.dataset.name = columns[i];
        if (text === '') cell.className = 'none';
        else if (kind !== '') cell.className = kind;
        row.append(cell);
      }
      return row;
    }),
  );
}
