import type { ComponentChildren, VNode } from 'preact';

/** A column's name; `isNumber` stands right. */
export interface Head {
  readonly name: string;
  readonly isNumber?: boolean;
  /** Whether it goes without saying, to those who see. */
  readonly isUnseen?: boolean;
}

/** A row with one cell for each column. */
export interface Row {
  readonly key: string;
  readonly cells: readonly ComponentChildren[];
  readonly mark?: string;
}

/** A table that becomes a list of cards on a phone. */
export function Table(props: {
  /** What it lists, for those who do not see where it stands. */
  readonly caption: string;
  readonly heads: readonly Head[];
  readonly rows: readonly Row[];
  /** Said where there is no row. */
  readonly empty: string;
}): VNode {
  const { caption, heads, rows } = props;
  if (rows.length === 0) return <p class="empty">{props.empty}</p>;
  return (
    <div class="table">
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {heads.map(({ name, isNumber = false, isUnseen = false }) => (
              <th key={name} scope="col" class={isNumber ? 'number' : ''}>
                {isUnseen ? <span class="unseen">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells, mark }) => (
            <tr key={key} data-mark={mark}>
              {cells.map((cell, index) => (
                <td
                  key={heads[index]?.name}
                  data-head={heads[index]?.isUnseen === true ? '' : heads[index]?.name}
                  class={heads[index]?.isNumber === true ? 'number' : ''}
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
