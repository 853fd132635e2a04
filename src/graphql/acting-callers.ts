import type { ActingCaller } from '../admin/domain/caller';
import type { GraphqlContext } from './context';

/** Who was let pass by the guard, by the context of the operation. */
export const actingCallers = new WeakMap<GraphqlContext, ActingCaller>();
