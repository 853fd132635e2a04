import { eventually } from '../support/eventually';
import type { Instance } from '../support/instance';
import { SECRET } from '../support/instance';
import type { Fleet } from './fleet';
import type { Order } from './history';
import type { ActKind, Deed } from './plan';

const ANSWER_WITHIN_MS = 20_000;
const CONFIRMED_WITHIN_MS = 5_000;
const BURST = 12;
const STORM = 25;
/** What an answer says that has changed nothing. */
const REFUSED = /nothing (was|has) changed/;

/** Everybody who does something: traders, a pusher of webhooks, and admins. */
export class Workload {
  readonly orders: Order[] = [];
  /** Pushes by status of the answer; 0 is none. */
  readonly pushes = new Map<number, number>();
  placed = 0;
  private asked = 0;

  constructor(private readonly fleet: Fleet) {}

  /** Does one deed. @throws where the chain itself cannot be told */
  async perform({ kind, which }: Deed): Promise<void> {
    switch (kind) {
      case 'trade':
      case 'noise':
        await this.place(kind === 'trade');
        return;
      case 'burst':
        await Promise.all(Array.from({ length: BURST }, () => this.place(true)));
        return;
      case 'push':
      case 'storm':
        await this.push(kind === 'storm' ? STORM : 1 + (which % 2));
        return;
      default:
        await this.order(kind, which);
    }
  }

  /** Places a transaction. @returns its signature */
  async place(counting: boolean): Promise<string> {
    const { signature } = await this.fleet.world.chain.place({ counting });
    this.placed += 1;
    return signature;
  }

  /** Asks an instance for a change and notes what it answered. */
  async order(kind: ActKind, which: number): Promise<void> {
    this.asked += 1;
    const reason = `${kind} ${this.asked}`;
    const { running } = this.fleet;
    const instance = running[which % Math.max(1, running.length)];
    if (instance === undefined) return;
    this.orders.push({
      reason,
      outcome: await ask(instance, mutationOf(kind, reason, { which, asked: this.asked })),
    });
  }

  /** Places a trade and pushes it as its webhook would, as many times as told, to all instances in turn. */
  private async push(times: number): Promise<void> {
    const signature = await this.place(true);
    const transaction = await this.confirmed(signature);
    const { running } = this.fleet;
    if (transaction === null || running.length === 0) return;
    const body = JSON.stringify([transaction]);
    await Promise.all(
      Array.from({ length: times }, (_, at) => this.send(running[at % running.length]?.url ?? '', body)),
    );
  }

  /** The transaction once it is confirmed; null where the node does not give it out. */
  private async confirmed(signature: string): Promise<unknown> {
    const { chain } = this.fleet.world;
    const asked = { commitment: 'confirmed', maxSupportedTransactionVersion: 0 };
    return await eventually(
      () => chain.call('getTransaction', [signature, asked]),
      (found) => found !== null && found !== undefined,
      CONFIRMED_WITHIN_MS,
    ).catch(() => null);
  }

  private async send(url: string, body: string): Promise<void> {
    const status = await fetch(`${url}/api/webhook/helius`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: SECRET },
      body,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    this.pushes.set(status, (this.pushes.get(status) ?? 0) + 1);
  }
}

const RULES = [
  'mode: RESET, minAmount: "0", sides: [BUY, SELL]',
  'mode: EXTEND, extendByMs: 20000, maxRemainingMs: 70000',
  'mode: RESET, sides: [BUY]',
  'mode: RESET, minAmount: "1000", sides: [BUY, SELL]',
];

function mutationOf(
  kind: ActKind,
  reason: string,
  { which, asked }: { which: number; asked: number },
): string {
  const why = `reason: "${reason}"`;
  const back = '{ timer { epoch revision } }';
  switch (kind) {
    case 'reset':
      return `mutation { resetTimer(${why}) ${back} }`;
    case 'force':
      return `mutation { resetTimer(force: true, ${why}) ${back} }`;
    case 'pause':
      return `mutation { pauseTimer(${why}) ${back} }`;
    case 'resume':
      return `mutation { resumeTimer(${why}) ${back} }`;
    case 'duration':
      return `mutation { updateTimer(input: { durationMs: ${60_000 + (which % 16) * 1_000}, ${why} }) ${back} }`;
    case 'rules':
      return `mutation { updateTimer(input: { rules: { ${RULES[which % RULES.length] ?? ''} }, ${why} }) ${back} }`;
    case 'settings':
      // where nothing would change no version is made
      return `mutation { updateSettings(input: { history: { retentionMonths: ${24 + asked} }, ${why} }) { settings { version } } }`;
  }
}

async function ask({ url }: Instance, query: string): Promise<Order['outcome']> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer: {
      data?: unknown;
      errors?: readonly { message: string; extensions: { code?: unknown } }[];
    } = JSON.parse(await response.text());
    const [problem] = answer.errors ?? [];
    if (problem === undefined) return 'done';
    const { code } = problem.extensions;
    if (code === 'BAD_USER_INPUT' || code === 'GRAPHQL_VALIDATION_FAILED')
      throw new Wrong(`${query}: ${problem.message}`);
    return code === 'CONFLICT' || REFUSED.test(problem.message) ? 'refused' : 'unknown';
  } catch (err) {
    if (err instanceof Wrong) throw err;
    return 'unknown';
  }
}

/** The workload itself asks wrongly. */
class Wrong extends Error {}
