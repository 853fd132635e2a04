import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useAround, useAsked } from '../door/use-door';
import { Card } from '../parts/card';
import { TextField } from '../parts/field';
import { Form } from '../parts/form';
import { PageHead } from '../parts/page-head';
import { wrongWith } from '../parts/refusal-note';
import { InspectionCards } from './inspection-cards';
import type { Inspection } from './inspection-cards';
import { InspectTransactionDocument, WatchedTokensDocument } from './operations.generated';

/** Says why a transaction does or does not count. */
export function InspectView(): VNode {
  const { door } = useAround();
  const known = useAsked(WatchedTokensDocument, {}).data?.timers ?? [];
  const [signature, setSignature] = useState('');
  const [token, setToken] = useState('');
  const [found, setFound] = useState<Inspection | null>(null);
  const hint = `Mint of ${known.map(({ id }) => id).join(', ')}, or another.`;
  const first = known[0]?.tokenAddress;
  useEffect(() => {
    if (first !== undefined) setToken((typed) => (typed === '' ? first : typed));
  }, [first]);
  const act = async (): Promise<void> => {
    setFound(null);
    const variables = { signature: signature.trim(), tokenAddress: token.trim() };
    setFound((await door.ask(InspectTransactionDocument, variables)).inspectTransaction);
  };
  return (
    <>
      <PageHead
        title="Inspect"
        words="Why a transaction does or does not count for a token. It is fetched from the chain, which costs the credits of one call, and changes nothing."
      />
      <Card title="Which transaction">
        <Form verb="Inspect" act={act}>
          {(refusal) => (
            <>
              <TextField
                label="Signature"
                hint="The first signature of the transaction."
                value={signature}
                onValue={setSignature}
                wrong={wrongWith(refusal, 'signature')}
                isRequired
                isCode
                isFirst
              />
              <TextField
                label="Token"
                hint={hint}
                value={token}
                onValue={setToken}
                wrong={wrongWith(refusal, 'tokenAddress')}
                isRequired
                isCode
              />
            </>
          )}
        </Form>
      </Card>
      {found === null ? null : <InspectionCards found={found} />}
    </>
  );
}
