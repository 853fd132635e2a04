import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from './fleet';
import type { Link, LinkState } from './link';
import type { Fault, FaultKind } from './plan';

/** Does a fault, waits as long as it lasts, and ends it. */
export async function befall(fleet: Fleet, fault: Fault): Promise<void> {
  const [verb = '', object = ''] = fault.kind.split(' ');
  if (object === 'instance' || object === 'all') await instances(fleet, fault);
  else if (['kill', 'stop', 'freeze'].includes(verb)) await servers(fleet, fault);
  else if (linkOf(fleet, fault) === null) await chain(fleet, fault);
  else await links(fleet, verb, fault);
}

async function instances(fleet: Fleet, { kind, which, forMs }: Fault): Promise<void> {
  const post = fleet.post(which);
  switch (kind) {
    case 'kill instance':
    case 'stop instance':
      await fleet.end(post, kind === 'kill instance' ? 'SIGKILL' : 'SIGTERM');
      await delay(forMs);
      await fleet.fill(post);
      return;
    case 'freeze instance':
      post.instance?.freeze();
      await delay(forMs);
      post.instance?.thaw();
      return;
    default:
      for (const one of fleet.posts) {
        await fleet.end(one, 'SIGTERM');
        await fleet.fill(one);
      }
  }
}

async function servers(fleet: Fleet, { kind, forMs }: Fault): Promise<void> {
  const { redis, postgres } = fleet.world;
  switch (kind) {
    case 'freeze redis':
      redis.freeze();
      await delay(forMs);
      redis.thaw();
      return;
    case 'freeze postgres':
      fleet.signalPostgres('SIGSTOP');
      await delay(forMs);
      fleet.signalPostgres('SIGCONT');
      return;
    default: {
      const server = kind.endsWith('redis') ? redis : postgres;
      await (kind.startsWith('kill') ? server.kill() : server.stop());
      await delay(forMs);
      await server.start();
    }
  }
}

const BEHAVIOURS: Partial<Record<FaultKind, (amount: number) => Record<string, unknown>>> = {
  lag: (amount) => ({ lagSlots: amount }),
  'refuse with 429': (amount) => ({ rateLimit: { count: amount, retryAfterSec: 1 } }),
  'fail with 500': (amount) => ({ failNext: amount }),
  'drop answers': (amount) => ({ dropNext: amount }),
  'reorder rows': () => ({ reorderRows: true }),
  'list late': (amount) => ({ lateIndexSlots: amount }),
  'stand still': () => ({ holdSlot: true }),
};

async function chain(fleet: Fleet, { kind, amount, forMs }: Fault): Promise<void> {
  const { chain: node } = fleet.world;
  if (kind === 'hide transactions') {
    const newest = (await node.transactions()).slice(-amount).map(({ signature }) => signature);
    await node.behave({ nullTransactions: newest });
  } else await node.behave(BEHAVIOURS[kind]?.(amount) ?? {});
  await delay(forMs);
  await node.behave({ reset: true, silent: true });
}

function linkOf(fleet: Fleet, { kind, which }: Fault): Link | null {
  const post = fleet.post(which);
  if (kind.endsWith(' redis')) return post.redis;
  if (kind.endsWith(' postgres')) return post.postgres;
  if (kind.endsWith(' chain')) return post.chain;
  return kind.endsWith(' viewers') ? fleet.viewers : null;
}

async function links(fleet: Fleet, verb: string, fault: Fault): Promise<void> {
  const link = linkOf(fleet, fault);
  if (verb === 'tear') link?.tear();
  const states: Partial<Record<string, LinkState>> = { cut: 'cut', 'half-open': 'half-open' };
  if (verb === 'slow') link?.become({ delayMs: fault.amount * 20 });
  else link?.become(states[verb] ?? 'sound');
  await delay(fault.forMs);
  link?.become('sound');
}
