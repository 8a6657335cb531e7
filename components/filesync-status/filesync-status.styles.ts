import { css } from "lit"

/** One line of text with a sign in front; details below it in the same quiet voice. */
export const styles = css`
  :host {
    display: inline-block;
    max-inline-size: 100%;
  }
  :host([detail]) {
    display: block;
  }
  .line {
    display: flex;
    align-items: start;
    gap: 8px;
    min-block-size: 24px;
  }
  .line > svg {
    color: var(--_quiet);
    /* Beside the first line, however many there are. */
    margin-block: calc((1lh - max(20px, 1.25em)) / 2);
  }
  .words {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    min-inline-size: 0;
  }
  .good > svg {
    color: var(--_success);
  }
  .warning > svg {
    color: var(--_warning);
  }
  .danger > svg {
    color: var(--_danger);
  }
  .label {
    min-inline-size: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }
  .words > .bar {
    flex: none;
    inline-size: var(--filesync-status-progress-width, 72px);
  }
  :host([detail]) .line {
    font-weight: 600;
  }
  .detail > .bar {
    margin-block-end: 8px;
  }
  .detail {
    margin-block-start: 8px;
  }
  ul {
    display: grid;
    gap: 4px;
    margin: 0;
    padding: 0;
    list-style: none;
    color: var(--_quiet);
    font-size: 0.9375em;
  }
  .failed {
    margin-block-start: 8px;
  }
  .failed > li {
    display: flex;
    align-items: center;
    gap: 8px;
    padding-block: 4px;
    border-block-start: 1px solid var(--_line);
  }
  .failed > li > span {
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .reason {
    display: block;
    color: var(--_danger);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-block-start: 12px;
  }
  .actions:not(:has(button)) {
    display: none;
  }
  .actions > button {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    padding-inline: 12px 16px;
  }
  .actions svg {
    inline-size: max(18px, 1.125em);
    block-size: max(18px, 1.125em);
  }
`
