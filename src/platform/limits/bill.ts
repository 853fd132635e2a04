import type { Spending } from './limits.service';

/** What one operation has been charged so far; whoever copies the operation's context shares it. */
export class Bill {
  private readonly items: Spending[] = [];

  /** Whether the operation was charged as a whole, before its fields are asked for. */
  get isOpen(): boolean {
    return this.items.length > 0 || this.isFree;
  }

  /** Nobody is limited now. */
  isFree = false;

  /** Adds an expense; the latest of each kind tells what is left. @returns all of them */
  add(spending: Spending): readonly Spending[] {
    const place = this.items.findIndex(({ kind }) => kind === spending.kind);
    if (place === -1) this.items.push(spending);
    else this.items[place] = spending;
    return this.items;
  }
}
