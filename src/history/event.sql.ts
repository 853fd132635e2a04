const TIMER_ROWS = `jsonb_to_recordset($1::jsonb) as r(id text, epoch integer, revision bigint, position bigint,
  state jsonb, created_at timestamptz, updated_at timestamptz)`;

const CURSOR_ROWS = `jsonb_to_recordset($1::jsonb) as r(timer_id text, address text, slot bigint, signature text,
  epoch integer, revision bigint, position bigint)`;

/** Events given as JSON. */
export const EVENT_ROWS = `jsonb_to_recordset($1::jsonb) as r(timer_id text, epoch integer, revision bigint, number integer,
  type text, at timestamptz, round integer, deadline timestamptz, actor text, reason text, trade_signature text,
  trade_index integer)`;

/** Trades given as JSON. */
export const TRADE_ROWS = `jsonb_to_recordset($1::jsonb) as r(timer_id text, signature text, index integer, slot bigint,
  block_index integer, block_time timestamptz, detected_at timestamptz, mint text, side text, amount numeric,
  amount_raw numeric, decimals integer, trader text, quote_mint text, quote_raw numeric, quote_decimals integer,
  quote_amount numeric, price numeric, program text, source text, round integer, moved_deadline boolean,
  is_waiting boolean, epoch integer, revision bigint, position bigint)`;

const IS_NOT_OLDER = `(excluded.epoch, excluded.revision, excluded.stream_position)
    >= (t.epoch, t.revision, t.stream_position)`;

/** Newest state of each timer. */
export const UPSERT_TIMERS = `
  insert into timers as t (id, epoch, revision, stream_position, state, created_at, updated_at)
  select id, epoch, revision, position, state, created_at, updated_at from ${TIMER_ROWS}
  on conflict (id) do update set epoch = excluded.epoch, revision = excluded.revision,
    stream_position = excluded.stream_position, state = excluded.state, updated_at = excluded.updated_at
  where ${IS_NOT_OLDER}`;

/** Newest cursor of each address. */
export const UPSERT_CURSORS = `
  insert into cursors as t (timer_id, address, slot, signature, epoch, revision, stream_position)
  select timer_id, address, slot, signature, epoch, revision, position from ${CURSOR_ROWS}
  on conflict (timer_id, address) do update set slot = excluded.slot, signature = excluded.signature,
    epoch = excluded.epoch, revision = excluded.revision, stream_position = excluded.stream_position
  where ${IS_NOT_OLDER}`;

/** Events, each once; answers the identities that are new. */
export const INSERT_EVENTS = `
  insert into timer_events (timer_id, epoch, revision, number, type, at, round, deadline, actor, reason,
    trade_signature, trade_index)
  select timer_id, epoch, revision, number, type, at, round, deadline, actor, reason, trade_signature, trade_index
  from ${EVENT_ROWS}
  on conflict do nothing
  returning concat_ws(' ', timer_id, epoch, revision, number) as identity`;

/** Identities of events that are stored with other content. */
export const DIFFERENT_EVENTS = `
  select distinct concat_ws(' ', timer_id, epoch, revision, number) as identity
  from ${EVENT_ROWS} join event_keys k using (timer_id, epoch, revision, number)
    join timer_events e using (timer_id, epoch, revision, number)
  where e.at = k.at and (e.type, e.at, e.round, e.deadline, e.actor, e.reason, e.trade_signature, e.trade_index)
    is distinct from (r.type, r.at, r.round, r.deadline, r.actor, r.reason, r.trade_signature, r.trade_index)`;

/** Identities of trades that are stored with other facts of the chain. */
export const DIFFERENT_TRADES = `
  select concat_ws(' ', timer_id, signature, index) as identity
  from ${TRADE_ROWS} join trade_keys k using (timer_id, signature, index)
    join trades t using (timer_id, signature, index)
  where t.block_time = k.block_time and not exists (
      select from retracted_trades g where g.timer_id = t.timer_id and g.signature = t.signature and g.index = t.index)
    and (t.slot, t.block_time, t.mint, t.side, t.amount_raw, t.decimals, t.trader)
    is distinct from (r.slot, r.block_time, r.mint, r.side, r.amount_raw, r.decimals, r.trader)`;
