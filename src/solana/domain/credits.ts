/** What a provider bills for one call, by JSON-RPC method or by one of our names for what is no call. */
export interface PriceTable {
  readonly provider: string;
  /** Month of the price list, `YYYY-MM`; it holds from then until the next one. */
  readonly asOf: string;
  readonly credits: Readonly<Record<string, number>>;
  /** For methods that the table does not name. */
  readonly otherwise: number;
}

/** What a plan of the provider includes. */
export interface Plan {
  readonly name: string;
  readonly creditsPerMonth: number;
  /** Calls a second that are answered. */
  readonly callsPerSecond: number;
}

/** What a provider sells. */
export interface PlanTable {
  readonly provider: string;
  /** Month of the list, `YYYY-MM`; it holds from then until the next one. */
  readonly asOf: string;
  readonly plans: readonly Plan[];
}

/** One event that a webhook has delivered: billed whether we wanted it or not. */
export const WEBHOOK_EVENT = 'webhookEvent';
/** One request to the provider's interface for webhooks. */
export const WEBHOOK_ADMIN = 'webhookAdmin';
/** 50 kB that came over a WebSocket. */
export const SOCKET_TRANSFER = 'webSocketTransfer';

const OLDER_CALLS = {
  getSignaturesForAddress: 10,
  getTransaction: 10,
  getBlock: 10,
  [WEBHOOK_EVENT]: 1,
  [WEBHOOK_ADMIN]: 100,
};

/**
 * Helius' prices, oldest first. `getBlock` is not on the newest list and keeps the older, dearer price of historical
 * calls.
 */
export const PRICE_TABLES: readonly [PriceTable, ...PriceTable[]] = [
  {
    provider: 'helius',
    asOf: '2025-01',
    credits: { ...OLDER_CALLS, [SOCKET_TRANSFER]: 0 },
    otherwise: 1,
  },
  {
    provider: 'helius',
    asOf: '2026-04',
    credits: { ...OLDER_CALLS, [SOCKET_TRANSFER]: 1 },
    otherwise: 1,
  },
  {
    provider: 'helius',
    asOf: '2026-07',
    credits: {
      getSignaturesForAddress: 1,
      getTransaction: 1,
      getBlock: 10,
      [WEBHOOK_EVENT]: 1,
      [WEBHOOK_ADMIN]: 100,
      [SOCKET_TRANSFER]: 1,
    },
    otherwise: 1,
  },
];

/** Helius' plans, the oldest list first; of each list the smallest first. */
export const PLAN_TABLES: readonly [PlanTable, ...PlanTable[]] = [
  {
    provider: 'helius',
    asOf: '2026-03',
    plans: [
      { name: 'Free', creditsPerMonth: 1_000_000, callsPerSecond: 10 },
      { name: 'Developer', creditsPerMonth: 10_000_000, callsPerSecond: 50 },
      { name: 'Business', creditsPerMonth: 100_000_000, callsPerSecond: 200 },
      { name: 'Professional', creditsPerMonth: 200_000_000, callsPerSecond: 500 },
    ],
  },
];

/** The prices in force at a time: the newest that are not younger, or the oldest known. @param atMs - epoch ms */
export function pricesAt(atMs: number): PriceTable {
  return newestAt(PRICE_TABLES, atMs);
}

/** The plans that are sold at a time, by the same rule. @param atMs - epoch ms */
export function plansAt(atMs: number): PlanTable {
  return newestAt(PLAN_TABLES, atMs);
}

/** Credits of `calls` calls of a method by a price table. */
export function creditsOf(method: string, calls: number, prices: PriceTable): number {
  return calls * (prices.credits[method] ?? prices.otherwise);
}

/** The plan of a name, in whatever case, as it is sold at a time; null where there is none. @param atMs - epoch ms */
export function planNamed(name: string | null, atMs: number): Plan | null {
  return plansAt(atMs).plans.find((plan) => plan.name.toLowerCase() === name?.toLowerCase()) ?? null;
}

function newestAt<Table extends { readonly asOf: string }>(
  tables: readonly [Table, ...Table[]],
  atMs: number,
): Table {
  const month = new Date(atMs).toISOString().slice(0, 7);
  return tables.findLast(({ asOf }) => asOf <= month) ?? tables[0];
}
