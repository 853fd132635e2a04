/** What a suite has opened; closed in reverse order, also where opening broke off half way. */
export class Cleanup {
  private readonly steps: (() => Promise<void>)[] = [];

  /** Remembers how to close `thing` and gives it back. */
  add<Thing>(thing: Thing, close: (thing: Thing) => Promise<void>): Thing {
    this.steps.unshift(() => close(thing));
    return thing;
  }

  /** Closes everything. @throws the first error, after all steps have run */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.steps.splice(0)) await step().catch((err: unknown) => failures.push(err));
    if (failures.length > 0) throw new AggregateError(failures, 'the suite could not be cleaned up');
  }
}
