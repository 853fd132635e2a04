import type { VNode } from 'preact';
import { addressLink, transactionLink } from '../../timer/explorer';
import { amountText, mintName, priceText, shortAddress } from '../../timer/words';
import { Address } from '../parts/address';
import { Card } from '../parts/card';
import { Facts } from '../parts/facts';
import { Table } from '../parts/table';
import { Tag } from '../parts/tag';
import type { InspectTransactionQuery } from './operations.generated';

/** What was found about a transaction. */
export type Inspection = InspectTransactionQuery['inspectTransaction'];

const VERDICTS: Readonly<Record<Inspection['verdict'], string>> = {
  BUY: 'It counts as a buy',
  SELL: 'It counts as a sale',
  MIXED: 'It counts: some bought, others sold',
  NONE: 'It does not count',
};

/** The verdict, and what led to it. */
export function InspectionCards({ found }: { readonly found: Inspection }): VNode {
  const { facts } = found;
  return (
    <div class="found" role="status">
      <section
        class="summary card"
        data-tone={found.verdict === 'NONE' ? 'calm' : 'good'}
        aria-label="Verdict"
      >
        <p class="verdict">{VERDICTS[found.verdict]}</p>
        <Facts
          of={[
            ['Rule that decided', facts.rule],
            [
              'Transaction',
              <a key="link" href={transactionLink(facts.signature)} target="_blank" rel="noopener noreferrer">
                {shortAddress(facts.signature)}
                <span class="unseen"> (in a new tab)</span>
              </a>,
            ],
            ['Slot', facts.slot ?? 'not told'],
          ]}
        />
      </section>
      <Trades found={found} />
      <Calls calls={facts.calls} />
      <Wallets wallets={facts.wallets} />
      {found.pools.length === 0 ? null : (
        <Card title="Accounts of the pools">
          <ul class="plain">
            {found.pools.map((address) => (
              <li key={address}>
                <Address of={address} />
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function Trades({ found }: { readonly found: Inspection }): VNode {
  return (
    <Card title="Trades">
      <Table
        caption="Trades in the transaction"
        empty="Nobody traded the token."
        heads={[
          { name: 'Side' },
          { name: 'Trader' },
          { name: 'Amount', isNumber: true },
          { name: 'For', isNumber: true },
          { name: 'Price', isNumber: true },
          { name: 'By' },
        ]}
        rows={found.trades.map((trade) => ({
          key: String(trade.index),
          cells: [
            <span key="side" data-side={trade.side}>
              {trade.side === 'BUY' ? 'buy' : 'sale'}
            </span>,
            <a key="who" href={addressLink(trade.trader)} target="_blank" rel="noopener noreferrer">
              {shortAddress(trade.trader)}
              <span class="unseen"> (in a new tab)</span>
            </a>,
            amountText(trade.amount),
            trade.quoteAmount === null || trade.quoteMint === null
              ? '–'
              : `${amountText(trade.quoteAmount)} ${mintName(trade.quoteMint)}`,
            trade.price === null ? '–' : priceText(trade.price),
            trade.program,
          ],
        }))}
      />
    </Card>
  );
}

function Calls({ calls }: { readonly calls: Inspection['facts']['calls'] }): VNode {
  return (
    <Card
      title="Calls"
      words="Those that did more than move or prepare, in order. All purposes but swap veto."
    >
      <Table
        caption="Calls"
        empty="None: balances alone decide."
        heads={[{ name: 'Purpose' }, { name: 'Programs, outermost first' }]}
        rows={calls.map(({ purpose, programs }, index) => ({
          key: String(index),
          cells: [
            purpose === null ? (
              <span class="quiet">balances decide</span>
            ) : (
              <Tag tone={purpose === 'swap' ? 'good' : 'warn'}>{purpose}</Tag>
            ),
            programs.length === 0 ? '–' : programs.join(' › '),
          ],
        }))}
      />
    </Card>
  );
}

function Wallets({ wallets }: { readonly wallets: Inspection['facts']['wallets'] }): VNode {
  return (
    <Card
      title="Balances"
      words="What each owner gained and lost, in the smallest units, as the rule saw it."
    >
      <Table
        caption="Changes of balances"
        empty="None."
        heads={[{ name: 'Owner' }, { name: 'Asset' }, { name: 'Change', isNumber: true }]}
        rows={wallets.flatMap(({ owner, signer, changes }) =>
          changes.map(({ mint, change, class: kind }) => ({
            key: `${owner} ${mint}`,
            cells: [
              <>
                <Address of={owner} /> {signer ? <Tag tone="accent">signer</Tag> : null}
              </>,
              `${mintName(mint)}${kind === 'PIECE' ? ' (a single piece)' : ''}`,
              change,
            ],
          })),
        )}
      />
    </Card>
  );
}
