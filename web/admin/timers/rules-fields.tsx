import type { VNode } from 'preact';
import type { Refusal } from '../../graphql/refusal';
import { SelectField, TextField } from '../parts/field';
import { msOf, secondsOf } from '../parts/numbers';
import { wrongWith } from '../parts/refusal-note';
import type { ResetRulesInput } from './operations.generated';
import type { PanelTimer } from './use-timer';

/** Rules and length of a timer as they are typed. */
export interface TypedRules {
  readonly duration: string;
  readonly sides: 'BOTH' | 'BUY' | 'SELL';
  readonly minAmount: string;
  readonly mode: 'RESET' | 'EXTEND';
  readonly extendBy: string;
  readonly maxRemaining: string;
}

/** What a new timer has. */
export const NEW_RULES: TypedRules = {
  duration: '600',
  sides: 'BOTH',
  minAmount: '0',
  mode: 'RESET',
  extendBy: '60',
  maxRemaining: '',
};

/** The rules of a timer as they would be typed. */
export function typedRules({ durationMs, rules }: Pick<PanelTimer, 'durationMs' | 'rules'>): TypedRules {
  return {
    duration: secondsOf(durationMs),
    sides: rules.sides.length === 2 ? 'BOTH' : rules.sides[0] === 'SELL' ? 'SELL' : 'BUY',
    minAmount: rules.minAmount,
    mode: rules.mode,
    extendBy: secondsOf(rules.extendByMs),
    maxRemaining: secondsOf(rules.maxRemainingMs),
  };
}

/** Typed rules as the API takes them. */
export function rulesInput(typed: TypedRules): ResetRulesInput {
  return {
    sides: typed.sides === 'BOTH' ? ['BUY', 'SELL'] : [typed.sides],
    minAmount: typed.minAmount.trim() === '' ? '0' : typed.minAmount.trim(),
    mode: typed.mode,
    ...(typed.mode === 'EXTEND'
      ? { extendByMs: msOf(typed.extendBy) ?? null, maxRemainingMs: msOf(typed.maxRemaining) ?? null }
      : {}),
  };
}

interface Props {
  readonly typed: TypedRules;
  readonly set: (part: Partial<TypedRules>) => void;
  readonly refusal: Refusal | null;
}

/** Fields of length and rules. */
export function RulesFields(props: Props): VNode {
  const { typed, set, refusal } = props;
  return (
    <>
      <TextField
        label="Countdown"
        unit="s"
        isNumber
        isRequired
        hint="60 s or more."
        value={typed.duration}
        onValue={(duration) => set({ duration })}
        wrong={wrongWith(refusal, 'durationMs')}
      />
      <CountingFields {...props} />
      <SelectField
        label="A counting trade"
        value={typed.mode}
        onValue={(mode) => set({ mode })}
        options={[
          ['RESET', 'gives the full time again'],
          ['EXTEND', 'adds some time'],
        ]}
        wrong={wrongWith(refusal, 'mode')}
      />
      {typed.mode === 'RESET' ? null : <ExtendFields {...props} />}
    </>
  );
}

function CountingFields({ typed, set, refusal }: Props): VNode {
  return (
    <>
      <SelectField
        label="What counts"
        value={typed.sides}
        onValue={(sides) => set({ sides })}
        options={[
          ['BOTH', 'Buys and sales'],
          ['BUY', 'Only buys'],
          ['SELL', 'Only sales'],
        ]}
        wrong={wrongWith(refusal, 'sides')}
      />
      <TextField
        label="Least amount"
        unit="tokens"
        hint="Smaller trades are history only."
        value={typed.minAmount}
        onValue={(minAmount) => set({ minAmount })}
        wrong={wrongWith(refusal, 'minAmount')}
      />
    </>
  );
}

function ExtendFields({ typed, set, refusal }: Props): VNode {
  return (
    <>
      <TextField
        label="Adds"
        unit="s"
        isNumber
        isRequired
        value={typed.extendBy}
        onValue={(extendBy) => set({ extendBy })}
        wrong={wrongWith(refusal, 'extendByMs')}
      />
      <TextField
        label="At most left"
        unit="s"
        isNumber
        hint="Empty: no limit."
        value={typed.maxRemaining}
        onValue={(maxRemaining) => set({ maxRemaining })}
        wrong={wrongWith(refusal, 'maxRemainingMs')}
      />
    </>
  );
}
