import { EVENT_ROWS } from '../event.sql';

/**
 * Judges moves of the deadline that the given events made, or that came right after one of them: a trade saved the
 * round when at most `$2` was left by the deadline that was told before it. What is judged otherwise than before is
 * corrected, so that the order in which events are written does not matter.
 */
export const JUDGE_SAVES = `
  with given as (select timer_id, at, epoch, revision, number from ${EVENT_ROWS}),
  affected as (
    select * from given
    union select n.timer_id, n.at, n.epoch, n.revision, n.number from given g cross join lateral (
      select e.timer_id, e.at, e.epoch, e.revision, e.number from timer_events e
      where e.timer_id = g.timer_id and e.at >= g.at
        and (e.at, e.epoch, e.revision, e.number) > (g.at, g.epoch, g.revision, g.number)
      order by e.at, e.epoch, e.revision, e.number limit 1) as n),
  judged as (
    select distinct on (t.timer_id, t.signature, t.index) t.timer_id, t.signature, t.index, t.block_time, t.trader,
      p.deadline - t.block_time as time_left, p.round = e.round as is_same_round
    from affected a join timer_events e using (timer_id, at, epoch, revision, number)
      join trade_keys k on k.timer_id = e.timer_id and k.signature = e.trade_signature and k.index = e.trade_index
      join trades t on t.timer_id = k.timer_id and t.block_time = k.block_time and t.signature = k.signature
        and t.index = k.index
      cross join lateral (
        select o.deadline, o.round from timer_events o
        where o.timer_id = e.timer_id and o.at <= e.at
          and (o.at, o.epoch, o.revision, o.number) < (e.at, e.epoch, e.revision, e.number)
        order by o.at desc, o.epoch desc, o.revision desc, o.number desc limit 1) as p
    where e.type in ('RESET', 'EXTENDED')
    order by t.timer_id, t.signature, t.index, e.at desc),
  kept as (
    insert into saves as s
    select timer_id, signature, index, block_time, trader, time_left from judged
    where is_same_round and time_left between interval '0' and $2::interval
    on conflict (timer_id, signature, index) do update set time_left = excluded.time_left)
  delete from saves s using judged j
  where s.timer_id = j.timer_id and s.signature = j.signature and s.index = j.index
    and (j.is_same_round and j.time_left between interval '0' and $2::interval) is not true`;
