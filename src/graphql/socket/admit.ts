import type { AuthService } from '../../admin/auth.service';
import type { ActingCaller, Origin } from '../../admin/domain/caller';
import { publicErrorOf } from '../../platform/public-error.mapping';
import { PUBLIC_ADMISSION } from './admission';
import type { Admission, AdmissionRefusal } from './admission';
import { CloseCode } from './frames';

/**
 * Whether somebody may come in by the `authorization` of connection_init. Whoever says who they are has to be right;
 * whoever says nothing is the public. A cookie counts for nothing here.
 */
export function admit(
  auth: Pick<AuthService, 'admit' | 'again' | 'watch'>,
  authorization: unknown,
  origin: Origin,
): Admission | Promise<Admission | AdmissionRefusal> {
  if (authorization === undefined || authorization === null) return PUBLIC_ADMISSION;
  return auth.admit(authorization, origin).then(
    (caller) => (caller === null ? PUBLIC_ADMISSION : admissionOf(auth, caller)),
    (err: unknown) => refusalOf(err),
  );
}

function admissionOf(auth: Pick<AuthService, 'again' | 'watch'>, caller: ActingCaller): Admission {
  const { kind, id, scopes } = caller.credential;
  return {
    scope: `${kind} ${id ?? ''} ${scopes.join(',')}`,
    again: () => auth.again(caller),
    watch: (end) => auth.watch(caller, end),
  };
}

function refusalOf(err: unknown): AdmissionRefusal {
  switch (publicErrorOf(err)?.code) {
    case 'UNAUTHENTICATED':
    case 'FORBIDDEN':
      return { code: CloseCode.forbidden, reason: 'Forbidden' };
    case 'RATE_LIMITED':
      return { code: CloseCode.forbidden, reason: 'Forbidden: too many wrong attempts' };
    case 'SERVICE_UNAVAILABLE':
      return { code: CloseCode.tryAgainLater, reason: 'credentials cannot be checked now; try again' };
    default:
      return { code: CloseCode.internalError, reason: 'Internal server error' };
  }
}
