import type { PostgresService } from '../platform/postgres/postgres.service';
import type { Alert } from './domain/alert';
import { readAlert } from './read-alert';

interface Row {
  readonly alert_key: string;
  readonly alert: unknown;
}

/** Claims that are removed at once, at most. */
const REMOVED_AT_ONCE = 1_000;

/**
 * Which instance speaks while Redis is away: one row for each alert that fires then. Every method throws while Postgres
 * cannot be used either.
 */
export class ClaimStore {
  constructor(private readonly postgres: Pick<PostgresService, 'query'>) {}

  /** Claims an alert. @returns the alert as it fires, and whether it is this instance that tells it */
  async claim(key: string, alert: Alert): Promise<{ alert: Alert; isMine: boolean }> {
    const made = await this.postgres.query<Row>(
      `insert into alert_claims (id, alert_key, alert) values ($1, $2, $3::jsonb)
       on conflict (alert_key) where closed_at is null do nothing returning alert_key, alert`,
      [alert.id, key, JSON.stringify(alert)],
    );
    if (made.length > 0) return { alert, isMine: true };
    const rows = await this.postgres.query<Row>(
      'select alert_key, alert from alert_claims where alert_key = $1 and closed_at is null',
      [key],
    );
    return { alert: readAlert(rows[0]?.alert) ?? alert, isMine: false };
  }

  /** Ends a claim; true for the one instance that does. */
  async close(id: string): Promise<boolean> {
    // the driver adds a count to the rows of an update, but not to those of a select
    const rows = await this.postgres.query<{ id: string }>(
      `with closed as (
         update alert_claims set closed_at = now() where id = $1 and closed_at is null returning id
       ) select id from closed`,
      [id],
    );
    return rows.length > 0;
  }

  /**
   * Removes claims that were closed more than a week ago, the oldest first, a thousand at most. Open ones stay.
   *
   * @returns how many, and whether there may be more
   */
  async tidy(): Promise<{ removed: number; isMore: boolean }> {
    const rows = await this.postgres.query<{ id: string }>(
      `with old as (
         select id from alert_claims where closed_at < now() - interval '7 days'
         order by closed_at limit $1 for update skip locked
       ), removed as (
         delete from alert_claims using old where alert_claims.id = old.id returning alert_claims.id
       ) select id from removed`,
      [REMOVED_AT_ONCE],
    );
    return { removed: rows.length, isMore: rows.length === REMOVED_AT_ONCE };
  }

  /** Claims that are open, by the keys of their alerts. */
  async open(): Promise<ReadonlyMap<string, Alert>> {
    const rows = await this.postgres.query<Row>(
      'select alert_key, alert from alert_claims where closed_at is null',
    );
    const alerts = new Map<string, Alert>();
    for (const { alert_key: key, alert } of rows) {
      const read = readAlert(alert);
      if (read !== null) alerts.set(key, read);
    }
    return alerts;
  }
}
