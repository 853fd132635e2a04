import type { ComponentChildren, VNode } from 'preact';
import { useId } from 'preact/hooks';

/** What all fields have. */
interface Labelled {
  readonly label: string;
  /** A sentence that helps. */
  readonly hint?: ComponentChildren;
  /** What is wrong with it. */
  readonly wrong?: string | undefined;
}

/** Identities that tie an input to its words. */
interface Ties {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

function Frame(
  props: Labelled & { readonly children: (ties: Ties) => VNode; readonly class?: string },
): VNode {
  const { label, hint, wrong } = props;
  const id = useId();
  const ties = { id, 'aria-describedby': `${id}-hint`, 'aria-invalid': wrong !== undefined };
  return (
    <div class={`field ${props.class ?? ''}`}>
      <label for={id}>{label}</label>
      {props.children(ties)}
      <p class="hint" id={`${id}-hint`}>
        {wrong === undefined ? null : <span class="wrong">{wrong} </span>}
        {hint}
      </p>
    </div>
  );
}

/** What an input of text has. */
interface Typed extends Labelled {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly isRequired?: boolean;
  readonly isWide?: boolean;
  readonly isFirst?: boolean;
  readonly maxLength?: number;
}

/** A line of text, or a number as text. */
export function TextField(
  props: Typed & {
    /** Behind the value, such as `s`. */
    readonly unit?: string;
    readonly isNumber?: boolean;
    readonly isOff?: boolean;
    readonly isCode?: boolean;
    readonly placeholder?: string;
  },
): VNode {
  const { unit, isNumber = false, isCode = false } = props;
  return (
    <Frame {...props} class={props.isWide === true ? 'wide' : ''}>
      {(ties) => (
        <span class={`input ${isCode ? 'code' : ''}`}>
          <input
            {...ties}
            type="text"
            value={props.value}
            required={props.isRequired}
            disabled={props.isOff}
            inputMode={isNumber ? 'decimal' : undefined}
            pattern={isNumber ? String.raw`\s*\d+(\.\d+)?\s*` : undefined}
            title={isNumber ? 'A number, such as 600 or 0.5' : undefined}
            maxLength={props.maxLength}
            placeholder={props.placeholder}
            autocomplete="off"
            spellcheck={false}
            autofocus={props.isFirst}
            onInput={(event) => props.onValue(event.currentTarget.value)}
          />
          {unit === undefined ? null : <span class="unit">{unit}</span>}
        </span>
      )}
    </Frame>
  );
}

/** A day and a time of the device's zone, as `2026-11-24T13:05`; empty: none. */
export function MomentField(props: Typed): VNode {
  return (
    <Frame {...props} class={props.isWide === true ? 'wide' : ''}>
      {(ties) => (
        <span class="input">
          <input
            {...ties}
            type="datetime-local"
            value={props.value}
            required={props.isRequired}
            onInput={(event) => props.onValue(event.currentTarget.value)}
          />
        </span>
      )}
    </Frame>
  );
}

/** A secret, which nobody reads over a shoulder. */
export function SecretField(props: Typed): VNode {
  return (
    <Frame {...props} class={props.isWide === true ? 'wide' : ''}>
      {(ties) => (
        <span class="input">
          <input
            {...ties}
            type="password"
            value={props.value}
            required={props.isRequired}
            maxLength={props.maxLength}
            autocomplete="current-password"
            autofocus={props.isFirst}
            onInput={(event) => props.onValue(event.currentTarget.value)}
          />
        </span>
      )}
    </Frame>
  );
}

/** One of a few values. */
export function SelectField<Value extends string>(
  props: Labelled & {
    readonly value: Value;
    readonly onValue: (value: Value) => void;
    readonly options: readonly (readonly [Value, string])[];
    readonly isOff?: boolean;
  },
): VNode {
  const { value, onValue, options, isOff = false } = props;
  const choose = (text: string): void => {
    const found = options.find(([name]) => name === text);
    if (found !== undefined) onValue(found[0]);
  };
  return (
    <Frame {...props}>
      {(ties) => (
        <span class="input">
          <select
            {...ties}
            value={value}
            disabled={isOff}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            {options.map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </span>
      )}
    </Frame>
  );
}

/** Yes or no. */
export function Toggle(props: {
  readonly label: ComponentChildren;
  readonly isOn: boolean;
  readonly onValue: (isOn: boolean) => void;
  readonly hint?: ComponentChildren;
  readonly isOff?: boolean;
}): VNode {
  const id = useId();
  return (
    <div class="toggle">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={props.isOn}
        disabled={props.isOff ?? false}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => props.onValue(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      {props.hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

/** Why something is done; kept in the history. */
export function ReasonField(props: {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly wrong?: string | undefined;
}): VNode {
  return <TextField label="Reason" hint="Optional; kept in the history." maxLength={500} isWide {...props} />;
}

/** One of a few, each explained. */
export function Choices<Value extends string>(props: {
  readonly legend: string;
  readonly value: Value;
  readonly onValue: (value: Value) => void;
  readonly options: readonly {
    readonly value: Value;
    readonly title: string;
    readonly words: ComponentChildren;
    readonly beside?: ComponentChildren;
  }[];
  readonly isOff?: boolean;
}): VNode {
  const name = useId();
  return (
    <fieldset class="choices" disabled={props.isOff ?? false}>
      <legend>{props.legend}</legend>
      {props.options.map(({ value, title, words, beside }) => (
        <label key={value} class="choice">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onValue(value)}
          />
          <span class="title">{title}</span>
          {beside === undefined ? null : <span class="cost">{beside}</span>}
          <span class="hint">{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
