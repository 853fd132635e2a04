import { Injectable } from '@nestjs/common';
import { PostgresService } from '../platform/postgres/postgres.service';
import type { SettingsDocument } from './domain/settings';
import { SettingsError } from './settings.errors';
import type { SettingsOrder, SettingsPage, StoredSettings } from './settings.record';

interface Row {
  readonly version: number;
  readonly document: unknown;
  readonly actor: string;
  readonly reason: string | null;
  readonly created_at: Date;
}

const COLUMNS = 'version, document, actor, reason, created_at';

/** The versions in Postgres; every method throws SettingsError `SETTINGS_STORE_FAILED` while it cannot be used. */
@Injectable()
export class SettingsStore {
  constructor(private readonly postgres: PostgresService) {}

  /** The version in force; null before the first. */
  async newest(): Promise<StoredSettings | null> {
    const [row] = await this.query(`select ${COLUMNS} from settings order by version desc limit 1`, []);
    return row ?? null;
  }

  /** One version; null where there is none. */
  async find(version: number): Promise<StoredSettings | null> {
    const [row] = await this.query(`select ${COLUMNS} from settings where version = $1`, [version]);
    return row ?? null;
  }

  /** Makes `document` the version after `version`; null, and nothing happens, where that is not the newest. */
  async insert(
    version: number,
    document: SettingsDocument,
    order: Pick<SettingsOrder, 'actor' | 'reason'>,
  ): Promise<StoredSettings | null> {
    const [row] = await this.query(
      `insert into settings (version, document, actor, reason)
       select $1::int + 1, $2::jsonb, $3::text, $4::text
       where coalesce((select max(version) from settings), 0) = $1::int
       on conflict (version) do nothing
       returning ${COLUMNS}`,
      [version, JSON.stringify(document), order.actor, order.reason],
    );
    return row ?? null;
  }

  /** Versions in the direction of the page. */
  async page({ direction, limit, below, above }: SettingsPage): Promise<StoredSettings[]> {
    return await this.query(
      `select ${COLUMNS} from settings
       where ($1::int is null or version < $1::int) and ($2::int is null or version > $2::int)
       order by version ${direction === 'NEWEST_FIRST' ? 'desc' : 'asc'} limit $3`,
      [below, above, limit],
    );
  }

  private async query(sql: string, parameters: readonly unknown[]): Promise<StoredSettings[]> {
    try {
      const rows = await this.postgres.query<Row>(sql, parameters);
      return rows.map(({ created_at, ...row }) => ({ ...row, atMs: created_at.getTime() }));
    } catch (cause) {
      throw new SettingsError('SETTINGS_STORE_FAILED', {}, { cause });
    }
  }
}
