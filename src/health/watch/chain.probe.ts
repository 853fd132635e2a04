import type { AlertProbe, AlertReading, AlertReadings } from '../../alerts/alert.service';
import type { AlertRuleName } from '../../config/alert-rules';
import type { CreditsService } from '../../solana/credits.service';
import type { SolanaService } from '../../solana/solana.service';

type Observation = NonNullable<Awaited<ReturnType<SolanaService['observation']>>>;

/** How reading the chain goes, from what the leader told last. */
export class ChainProbe implements AlertProbe {
  private ledAtMs = performance.now();
  private answeredAtMs = performance.now();

  constructor(
    private readonly solana: Pick<SolanaService, 'isReading' | 'observation' | 'reader'>,
    private readonly credits: Pick<CreditsService, 'budgetShare'>,
  ) {}

  /** @see AlertProbe */
  async read(): Promise<AlertReadings> {
    const budget: [AlertRuleName, AlertReading[]] = [
      'credits-budget',
      [level(this.credits.budgetShare() ?? 0)],
    ];
    if (!this.solana.isReading) return new Map([budget]);
    const observed = await this.solana.observation();
    const nowMs = performance.now();
    if ((await this.solana.reader()) !== null) this.ledAtMs = nowMs;
    const leader: [AlertRuleName, AlertReading[]] = [
      'leader-missing',
      [level((nowMs - this.ledAtMs) / 1000)],
    ];
    // what nobody reads cannot be late
    return new Map([budget, leader, ...(observed === null ? [] : this.ofReading(observed, nowMs))]);
  }

  private ofReading(observed: Observation, nowMs: number): [AlertRuleName, AlertReading[]][] {
    const { failures, failure, lateMs, lookAgeMs, pushes } = observed;
    const isAnswered = failures === 0 || failure?.startsWith('SOLANA_') !== true;
    if (isAnswered) this.answeredAtMs = nowMs;
    const webhook = pushes.find(({ source }) => source === 'WEBHOOK');
    const missed = webhook?.level === 'DOUBTED' ? Math.max(1, webhook.missed) : 0;
    return [
      ['solana-lost', [level((nowMs - this.answeredAtMs) / 1000, { failures, code: failure })]],
      ['cursor-age', [level(lateMs / 1000, { lookAgeMs })]],
      ['webhook-silent', [level(missed)]],
    ];
  }
}

function level(value: number, context: AlertReading['context'] = {}): AlertReading {
  return { subject: null, value, context };
}
