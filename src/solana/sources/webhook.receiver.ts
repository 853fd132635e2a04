import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Secret } from '../../config/secret';
import type { InboxStore } from '../redis/inbox.store';
import type { Sender } from '../redis/read-stream';

/** Largest body that is taken, bytes. */
export const MAX_BODY_BYTES = 2 * 1024 * 1024;
/** A body longer than this is not even read to its end. */
const MAX_DRAINED_BYTES = 16 * 1024 * 1024;
const STORE_WITHIN_MS = 900;
/** From this share of the inbox on answers are held back, up to this long: the sender waits a second. */
const CROWDED = 0.25;
const LONGEST_HOLD_MS = 600;

/** What the sender is answered. */
export interface Answer {
  readonly status: 200 | 400 | 401 | 413 | 503;
  readonly code?: 'BAD_USER_INPUT' | 'UNAUTHENTICATED' | 'SERVICE_UNAVAILABLE';
  readonly message?: string;
}

/** Receives pushes: checks who sends and what, keeps the body for the leader, and answers at once. */
export class WebhookReceiver {
  private readonly digest: Buffer | null;

  /** @param secret - what the sender must give as `Authorization`; null: nothing is taken */
  constructor(
    secret: Secret | null,
    private readonly inbox: Pick<InboxStore, 'put'>,
  ) {
    this.digest = secret === null ? null : sha256(secret.reveal());
  }

  /** Null where the sender may go on. */
  refusalOf(authorization: string | undefined): Answer | null {
    if (this.digest === null) {
      return { status: 503, code: 'SERVICE_UNAVAILABLE', message: 'HELIUS_WEBHOOK_SECRET is not set' };
    }
    if (timingSafeEqual(this.digest, sha256(authorization ?? ''))) return null;
    return { status: 401, code: 'UNAUTHENTICATED', message: 'The Authorization header is missing or wrong.' };
  }

  /** Keeps a body. @param body - as it was sent; null where it was too large */
  async take(body: Buffer | null, sender?: Sender): Promise<Answer> {
    if (body === null) {
      return {
        status: 413,
        code: 'BAD_USER_INPUT',
        message: `The body is larger than ${MAX_BODY_BYTES} bytes.`,
      };
    }
    const problem = problemOf(body.toString('utf8'));
    if (problem !== null) return { status: 400, code: 'BAD_USER_INPUT', message: problem };
    const isKept = await this.keep(body, sender);
    if (isKept) return { status: 200 };
    return {
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
      message: 'The body could not be kept; send it again.',
    };
  }

  /**
   * The sender waits a second; a body that was kept just later comes twice, which does no harm. The more waits for the
   * leader, the later the answer: what comes in must not push out what is still to be read.
   */
  private async keep(body: Buffer, sender?: Sender): Promise<boolean> {
    const startedAtMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), STORE_WITHIN_MS);
    });
    const kept = this.inbox.put(body, sender).then(
      async (share) => {
        const leftMs = startedAtMs + LONGEST_HOLD_MS - performance.now();
        const holdMs = Math.min(leftMs, ((share - CROWDED) / (1 - CROWDED)) * LONGEST_HOLD_MS);
        if (holdMs > 0) await delay(holdMs);
        return true;
      },
      () => false,
    );
    return await Promise.race([kept, late]).finally(() => clearTimeout(timer));
  }
}

/** Reads the body of a request; null where it is larger than allowed. What is too much is thrown away. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes <= MAX_BODY_BYTES) chunks.push(part);
      else chunks.length = 0;
      if (bytes > MAX_DRAINED_BYTES) {
        request.destroy();
        resolve();
      }
    });
    request.once('end', resolve).once('error', reject);
    request.once('close', () => reject(new Error('the request was broken off')));
  });
  const [only] = chunks;
  if (bytes > MAX_BODY_BYTES) return null;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

function problemOf(body: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'The body must be JSON.';
  }
  if (!Array.isArray(value)) return 'The body must be a JSON array of transactions.';
  const wrong = value.findIndex((item) => typeof item !== 'object' || item === null || Array.isArray(item));
  return wrong === -1 ? null : `Element ${wrong} of the body must be an object.`;
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
