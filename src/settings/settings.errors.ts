import { AppError } from '../platform/app-error';

/**
 * Surprises of the settings room; refusals that a healthy caller can meet are values.
 *
 * - `SETTINGS_STORE_FAILED`: Postgres cannot be used now
 * - `SETTINGS_DOCUMENT_MALFORMED`: what is stored or was told is not a settings document; `context.problems` says why
 */
export class SettingsError extends AppError<'SETTINGS_STORE_FAILED' | 'SETTINGS_DOCUMENT_MALFORMED'> {}
