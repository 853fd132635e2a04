import type { VNode } from 'preact';
import { transactionLink } from '../timer/explorer';
import { ageText, amountText, mintName, priceText, shortAddress } from '../timer/words';
import { Icon } from './icons';
import type { ShownTrade } from './use-feed';

/** The last trades, newest first. */
export function TradesCard(props: {
  readonly trades: readonly ShownTrade[] | null;
  readonly now: number | null;
}): VNode {
  const { trades, now } = props;
  return (
    <section class="card trades" aria-labelledby="trades-title">
      <h2 id="trades-title">Last trades</h2>
      {trades === null ? <p class="empty">Loading…</p> : null}
      {trades?.length === 0 ? <p class="empty">Nobody has traded yet.</p> : null}
      <ol>
        {trades?.map((trade) => (
          <Row key={trade.id} trade={trade} now={now} />
        ))}
      </ol>
    </section>
  );
}

function Row({ trade, now }: { readonly trade: ShownTrade; readonly now: number | null }): VNode {
  const { side, price, quoteMint } = trade;
  return (
    <li data-side={side} data-moved={trade.movedDeadline ? '' : undefined}>
      <span class="side">{side === 'BUY' ? 'Buy' : 'Sell'}</span>
      <span class="what">
        <span class="amount" title={trade.amount}>
          {amountText(trade.amount)}
        </span>
        <span class="quiet">
          {price === null || quoteMint === null
            ? trade.program
            : `at ${priceText(price)} ${mintName(quoteMint)}`}
        </span>
      </span>
      <span class="who">
        <a
          href={transactionLink(trade.signature)}
          target="_blank"
          rel="noopener noreferrer"
          title={trade.signature}
        >
          {shortAddress(trade.trader)} <Icon name="out" />
          <span class="unseen">(transaction, in a new tab)</span>
        </a>
        <span class="quiet">
          {now === null ? '' : ageText(now - trade.blockTime)}
          {trade.round === null ? ' · does not count' : ''}
        </span>
      </span>
    </li>
  );
}
