/** Remembers answers for a moment, so that many who ask the same cost one query. Failures are not remembered. */
export class ShortMemory<Answer> {
  private readonly answers = new Map<
    string,
    { readonly answer: Promise<Answer>; readonly untilMs: number }
  >();

  /** @param now - a clock in ms that never falls */
  constructor(
    private readonly forMs: number,
    private readonly maxAnswers: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What was answered to `key` a moment ago, or else what `ask` answers. */
  async recall(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const known = this.answers.get(key);
    if (known !== undefined && known.untilMs > this.now()) return await known.answer;
    const answer = ask();
    this.answers.delete(key);
    this.answers.set(key, { answer, untilMs: this.now() + this.forMs });
    answer.catch(() => {
      if (this.answers.get(key)?.answer === answer) this.answers.delete(key);
    });
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= this.maxAnswers) break;
      this.answers.delete(oldest);
    }
    return await answer;
  }
}
