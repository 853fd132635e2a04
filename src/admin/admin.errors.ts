import { AppError } from '../platform/app-error';

/** Surprises in the admin room; refusals that a healthy caller can meet are public errors or values. */
export class AdminError extends AppError<'ADMIN_STORE_FAILED' | 'ADMIN_TICKET_STORE_FAILED'> {}
