import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { shortAddress } from '../../timer/words';
import { Icon } from './icon';

/** An address cut short, which can be copied whole. */
export function Address(props: { readonly of: string; readonly isWhole?: boolean }): VNode {
  const { of } = props;
  return (
    <span class="address">
      <code title={of}>{props.isWhole === true ? of : shortAddress(of)}</code>
      <Copy text={of} what={`address ${shortAddress(of)}`} />
    </span>
  );
}

/** Puts a text on the clipboard. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }): VNode {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), 2_000);
    } catch {
      // the text stands beside it
    }
  };
  return (
    <button type="button" class="round small" onClick={() => void copy()}>
      <Icon name={isDone ? 'check' : 'copy'} />
      <span class="unseen">{isDone ? 'Copied' : `Copy ${what}`}</span>
    </button>
  );
}
