import type { PostgresService } from '../../platform/postgres/postgres.service';
import type { ShownDeadline } from './disagreement';

interface Row {
  readonly timer_id: string;
  readonly epoch: number;
  readonly revision: string;
  readonly deadline_ms: string | null;
}

const FRESH = "interval '10 seconds'";

/**
 * Where every instance says what it shows. It is in Postgres: instances that disagree may have been parted by Redis
 * itself, as after a fail-over.
 */
export class DeadlineBoard {
  constructor(
    private readonly postgres: Pick<PostgresService, 'query'>,
    private readonly instanceId: string,
  ) {}

  /** Says what this instance shows. @throws while Postgres is away */
  async report(shown: readonly ShownDeadline[]): Promise<void> {
    await this.postgres.query(
      `insert into deadline_reports (instance, timer_id, epoch, revision, deadline_ms)
       select $1, r.id, r.epoch, r.revision, r."deadlineMs"
       from jsonb_to_recordset($2::jsonb) as r(id text, epoch int, revision bigint, "deadlineMs" bigint)
       on conflict (instance, timer_id) do update set epoch = excluded.epoch, revision = excluded.revision,
         deadline_ms = excluded.deadline_ms, reported_at = now()`,
      [this.instanceId, JSON.stringify(shown)],
    );
    await this.postgres.query("delete from deadline_reports where reported_at < now() - interval '1 hour'");
  }

  /** What the others said in the last seconds. @throws while Postgres is away */
  async others(): Promise<readonly ShownDeadline[]> {
    const rows = await this.postgres.query<Row>(
      `select timer_id, epoch, revision, deadline_ms from deadline_reports
       where instance <> $1 and reported_at > now() - ${FRESH}`,
      [this.instanceId],
    );
    return rows.map(({ timer_id: id, epoch, revision, deadline_ms: deadline }) => ({
      id,
      epoch,
      revision: Number(revision),
      deadlineMs: deadline === null ? null : Number(deadline),
    }));
  }
}
