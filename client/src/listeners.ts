/** Who wants to be told; one that throws keeps no other from hearing. */
export class Listeners<Item> {
  private readonly all = new Set<(item: Item) => void>();

  get size(): number {
    return this.all.size;
  }

  /** @returns takes the listener away again */
  add(listener: (item: Item) => void): () => void {
    // a listener that is given twice is two
    const own = (item: Item): void => listener(item);
    this.all.add(own);
    return () => void this.all.delete(own);
  }

  /** Tells all; errors of listeners surface as uncaught ones, after everybody was told. */
  tell(item: Item): void {
    for (const listener of [...this.all]) {
      try {
        listener(item);
      } catch (err) {
        queueMicrotask(() => {
          throw err;
        });
      }
    }
  }

  clear(): void {
    this.all.clear();
  }
}
