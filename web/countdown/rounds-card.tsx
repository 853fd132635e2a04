import type { VNode } from 'preact';
import { addressLink } from '../timer/explorer';
import { ageText, counted, durationText, shortAddress } from '../timer/words';
import type { ShownRound } from './use-feed';

/** The last rounds, newest first. */
export function RoundsCard(props: {
  readonly rounds: readonly ShownRound[] | null;
  readonly now: number | null;
}): VNode {
  const { rounds, now } = props;
  return (
    <section class="card rounds" aria-labelledby="rounds-title">
      <h2 id="rounds-title">Rounds</h2>
      {rounds === null ? <p class="empty">Loading…</p> : null}
      {rounds?.length === 0 ? <p class="empty">The first round is not recorded yet.</p> : null}
      <ol>
        {rounds?.map((round) => (
          <Row key={round.number} round={round} now={now} />
        ))}
      </ol>
    </section>
  );
}

function Row({ round, now }: { readonly round: ShownRound; readonly now: number | null }): VNode {
  const { number, startedAt, endedAt, trades, winner } = round;
  const isOpen = endedAt === null;
  const lasted = now === null ? '' : durationText((endedAt ?? now) - startedAt);
  return (
    <li data-open={isOpen ? '' : undefined}>
      <span class="number">{number}</span>
      <span class="what">
        <span>
          {isOpen ? 'Open now' : null}
          {!isOpen && winner === null ? (round.void ? 'Void, no winner' : 'No winner') : null}
          {winner === null ? null : (
            <a href={addressLink(winner)} target="_blank" rel="noopener noreferrer" title={winner}>
              {shortAddress(winner)}
              <span class="unseen"> (winner, in a new tab)</span>
            </a>
          )}
        </span>
        <span class="quiet">
          {counted(trades, 'trade')} in {lasted}
        </span>
      </span>
      <span class="quiet who">{isOpen || now === null ? '' : ageText(now - endedAt)}</span>
    </li>
  );
}
