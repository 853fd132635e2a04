import type { DeliveryJob } from './webhook.sender';

/** Reads a job that this room wrote. */
export function readJob(data: unknown): DeliveryJob {
  const { deliveryId } = (data ?? {}) as Partial<DeliveryJob>;
  return { deliveryId: typeof deliveryId === 'string' ? deliveryId : '0' };
}
