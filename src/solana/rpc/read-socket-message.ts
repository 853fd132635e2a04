/** What a log notification says of a transaction. */
export interface LogNotice {
  readonly signature: string;
  readonly slot: number;
  readonly hasFailed: boolean;
}

/** A message of a node that means something to us. */
export type SocketMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'slot' }
  | { readonly kind: 'logs'; readonly subscription: number; readonly notice: LogNotice };

interface Wire {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly method?: unknown;
  readonly params?: {
    readonly subscription?: unknown;
    readonly result?: {
      readonly context?: { readonly slot?: unknown } | null;
      readonly value?: { readonly signature?: unknown; readonly err?: unknown } | null;
    } | null;
  } | null;
}

/** Placeholders that nodes rarely send in place of a signature. */
const ZERO_SIGNATURE = /^1+$/;

/** Reads a message; null for anything that is not understood. */
export function readSocketMessage(text: string): SocketMessage | null {
  const wire = wireOf(text);
  if (typeof wire?.id === 'number') return { kind: 'answer', id: wire.id, result: wire.result };
  if (wire?.method === 'slotNotification') return { kind: 'slot' };
  return wire?.method === 'logsNotification' ? logsOf(wire) : null;
}

function logsOf({ params }: Wire): SocketMessage | null {
  const { context, value } = params?.result ?? {};
  const [slot, signature, subscription] = [context?.slot, value?.signature, params?.subscription];
  if (typeof subscription !== 'number' || typeof slot !== 'number') return null;
  if (typeof signature !== 'string' || ZERO_SIGNATURE.test(signature)) return null;
  return {
    kind: 'logs',
    subscription,
    notice: { signature, slot, hasFailed: (value?.err ?? null) !== null },
  };
}

function wireOf(text: string): Wire | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
