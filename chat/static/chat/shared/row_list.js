/**
 * Lists whose rows are kept by key. A row is filled again only if what it shows has changed.
 */

import { arrange } from "./dom.js";

/** @template {{key: string}} Shown plain data: everything that a row shows */
export class RowList {
  /** @param {() => HTMLElement} create @param {(row: HTMLElement, shown: Shown) => void} fill */
  constructor(create, fill) {
    this.create = create;
    this.fill = fill;
    /** @type {Map<string, {row: HTMLElement, signature: string}>} */
    this.rows = new Map();
  }

  /** All lists at once, because a row may move from one to another. @param {[Element, Shown[]][]} lists */
  draw(lists) {
    const before = this.rows;
    this.rows = new Map();
    for (const [container, all] of lists) {
      const rows = all.map((shown) => this.row(shown, before.get(shown.key)));
      arrange(container, rows);
    }
  }

  /** @param {string} key */
  rowOf(key) {
    return this.rows.get(key)?.row;
  }

  /** @param {Shown} shown @param {{row: HTMLElement, signature: string} | undefined} known */
  row(shown, known) {
    const signature = JSON.stringify(shown);
    const row = known?.row ?? this.create();
    if (known?.signature !== signature) this.fill(row, shown);
    this.rows.set(shown.key, { row, signature });
    return row;
  }
}
