import type { VNode } from 'preact';

/** Name and sign. */
export function Brand(): VNode {
  return (
    <p class="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <circle cx="16" cy="16" r="13" />
        <path d="M16 8v8l5 4" />
      </svg>
      Darwin Timer <span>admin</span>
    </p>
  );
}
