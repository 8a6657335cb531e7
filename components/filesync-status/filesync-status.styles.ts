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
  .door {
    display: inline-block;
    /* As large as a finger needs it: WCAG 2.5.8. */
    min-block-size: 24px;
    padding: 0;
    border: 0;
    border-radius: 4px;
    text-align: start;
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .panel {
    position: fixed;
    inset: auto;
    inline-size: min(28rem, calc(100vw - 16px));
    margin: 0;
    padding: 8px 16px 16px;
    overflow: auto;
    overscroll-behavior: contain;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: Canvas;
    color: CanvasText;
    box-shadow: 0 8px 32px rgb(0 0 0 / 0.25);
  }
  .panel:focus-visible {
    outline: none;
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    margin-inline-end: -8px;
  }
  .stopped {
    gap: 0;
    margin-block-start: 8px;
  }
  .stopped > li {
    display: flex;
    flex-direction: column;
    gap: 6px;
    padding-block: 10px;
    border-block-start: 1px solid var(--_line);
  }
  .stopped .about {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .stopped .name {
    display: block;
    /* At the page's start, also where the name runs the other way. */
    inline-size: fit-content;
    font-weight: 600;
  }
  .reason {
    color: var(--_danger);
  }
  .reason.calm {
    color: inherit;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 8px;
  }
  .choices button,
  .all {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding-inline: 12px;
  }
  .choices .danger {
    color: var(--_danger);
    border-color: currentColor;
  }
  .choices svg,
  .all svg {
    inline-size: max(16px, 1em);
    block-size: max(16px, 1em);
  }
  .more {
    margin: 8px 0 0;
    color: var(--_quiet);
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
