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

/** One event that a webhook has delivered: billed whether we wanted it or not. */
export const WEBHOOK_EVENT = 'webhookEvent';
/** One request to the provider's interface for webhooks. */
export const WEBHOOK_ADMIN = 'webhookAdmin';

/**
 * Helius' prices, oldest first. `getBlock` is not on the newest list and keeps the older, dearer price of historical
 * calls.
 */
export const PRICE_TABLES: readonly [PriceTable, ...PriceTable[]] = [
  {
    provider: 'helius',
    asOf: '2025-01',
    credits: {
      getSignaturesForAddress: 10,
      getTransaction: 10,
      getBlock: 10,
      [WEBHOOK_EVENT]: 1,
      [WEBHOOK_ADMIN]: 100,
    },
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
    },
    otherwise: 1,
  },
];

/** Helius' plans of mid-2026, the smallest first. */
export const PLANS: readonly [Plan, ...Plan[]] = [
  { name: 'Free', creditsPerMonth: 1_000_000, callsPerSecond: 10 },
  { name: 'Developer', creditsPerMonth: 10_000_000, callsPerSecond: 50 },
  { name: 'Business', creditsPerMonth: 100_000_000, callsPerSecond: 200 },
  { name: 'Professional', creditsPerMonth: 200_000_000, callsPerSecond: 500 },
];

/** The prices in force at a time: the newest that are not younger, or the oldest known. @param atMs - epoch ms */
export function pricesAt(atMs: number): PriceTable {
  const month = new Date(atMs).toISOString().slice(0, 7);
  return PRICE_TABLES.findLast(({ asOf }) => asOf <= month) ?? PRICE_TABLES[0];
}

/** Credits of `calls` calls of a method by a price table. */
export function creditsOf(method: string, calls: number, prices: PriceTable): number {
  return calls * (prices.credits[method] ?? prices.otherwise);
}

/** The plan of a name, in whatever case; null where there is none. */
export function planNamed(name: string | null): Plan | null {
  return PLANS.find((plan) => plan.name.toLowerCase() === name?.toLowerCase()) ?? null;
}
