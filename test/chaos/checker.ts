import type { History } from './history';
import { ordersHold } from './rules.orders';
import { endsDurable, endsOnce, roundsFolded } from './rules.rounds';
import { calmTold, tradesKept, tradesTold } from './rules.trades';
import { agreesInCalm, neverBack, sameForAll } from './rules.viewers';

/** What each rule found wrong, by what the rule says; a sentence for each thing. */
export type Findings = Readonly<Record<string, readonly string[]>>;

/** Decides whether a history can be explained by a service that keeps its promises. Pure: it reads no clock and asks nobody. */
export async function check(history: History): Promise<{ isExplained: boolean; findings: Findings }> {
  const findings = {
    'each trade of the chain is in the history once': tradesKept(history),
    'nobody is told a trade twice': tradesTold(history),
    'in calm everybody is told every trade': calmTold(history),
    'nobody sees (epoch, revision) go back': neverBack(history),
    'the same (epoch, revision) is the same state for all': sameForAll(history),
    'rounds, deadlines and winners are what the fold gives': await roundsFolded(history),
    'a round ends once': endsOnce(history),
    'an end is durable before it is told': endsDurable(history),
    'what was answered to an admin holds': ordersHold(history),
    'in calm nobody differs from the shared state for long': agreesInCalm(history),
  };
  return { isExplained: Object.values(findings).every((list) => list.length === 0), findings };
}
