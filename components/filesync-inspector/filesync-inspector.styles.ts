import { css } from "lit"

/** A panel of lists: one line a thing on wide pages, wrapped lines on narrow ones. */
export const styles = css`
  :host {
    display: block;
    container-type: inline-size;
    font-size: 0.9375rem;
  }
  h3 {
    margin: 0;
    font-size: 1rem;
  }
  p {
    margin: 0;
  }
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  code,
  pre,
  time,
  textarea {
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    font-size: 0.875em;
  }
  code,
  pre {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    margin: 0;
  }
  .quiet {
    color: var(--_quiet);
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 16px;
    padding-block-end: 12px;
  }
  .top > .line {
    flex: 1 1 16em;
    display: flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    font-variant-numeric: tabular-nums;
  }
  .line > strong {
    font-weight: 600;
  }
  .tabs {
    display: flex;
    gap: 4px;
    overflow-x: auto;
    border-block-end: 1px solid var(--_line);
    scrollbar-width: none;
  }
  .tabs > button {
    flex: none;
    border: 0;
    border-radius: 0;
    border-block-end: 2px solid transparent;
    padding: 8px 12px;
    min-block-size: 44px;
  }
  .tabs > button[aria-selected="true"] {
    border-block-end-color: var(--_accent);
    color: var(--_accent);
    font-weight: 600;
  }
  .tabs > button:focus-visible,
  .row:focus-visible {
    outline-offset: -2px;
  }
  .count {
    margin-inline-start: 6px;
    padding: 0 7px;
    border-radius: 999px;
    background: var(--_line);
    font-size: 0.8125em;
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  .panel {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
    padding-block: 16px;
  }
  .tools,
  .actions,
  .pager {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .tools > label {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-block-size: 36px;
    margin-inline-end: auto;
  }
  input[type="search"],
  select,
  textarea {
    font: inherit;
    color: inherit;
    background: transparent;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    min-block-size: 36px;
    padding: 4px 12px;
    max-inline-size: 100%;
  }
  /* The browser's own arrow would touch the edge. */
  select {
    --_at: calc(100% - 15px);
    appearance: none;
    padding-inline-end: 28px;
    background:
      linear-gradient(45deg, transparent 50%, currentColor 50%) calc(var(--_at) - 5px) 55% / 5px 5px no-repeat,
      linear-gradient(-45deg, transparent 50%, currentColor 50%) var(--_at) 55% / 5px 5px no-repeat;
  }
  :host(:dir(rtl)) select {
    --_at: 19px;
  }
  option {
    color: CanvasText;
    background: Canvas;
  }
  input[type="search"] {
    flex: 1 1 12em;
    min-inline-size: 0;
  }
  input[type="checkbox"] {
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    accent-color: var(--_accent);
  }
  textarea {
    inline-size: 100%;
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    font-size: 0.875em;
    resize: vertical;
    padding: 12px;
    line-height: 1.4;
  }
  .pager {
    justify-content: center;
    font-variant-numeric: tabular-nums;
  }
  .arrow {
    font-size: 1.375em;
    line-height: 1;
  }
  :host(:dir(rtl)) .arrow {
    transform: scaleX(-1);
  }
  .facts {
    display: grid;
    gap: 12px;
    padding: 4px 12px 12px;
    background: var(--_tint);
  }
  dl {
    display: grid;
    gap: 6px;
  }
  dl > div {
    display: grid;
    grid-template-columns: minmax(9em, 14em) minmax(0, 1fr);
    gap: 2px 12px;
  }
  dt {
    color: var(--_quiet);
  }
  dd {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  @container (max-width: 480px) {
    .tabs {
      gap: 0;
    }
    .tabs > button {
      padding-inline: 6px;
    }
    .tools > select {
      flex: 1 1 8em;
      min-inline-size: 0;
    }
    .tabs .count {
      display: none;
    }
    dl > div {
      grid-template-columns: minmax(0, 1fr);
    }
    .storage > div {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .storage dd {
      text-align: end;
    }
  }
  .check {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    padding-block-start: 12px;
    border-block-start: 1px solid var(--_line);
  }
  [part="check-result"] {
    display: grid;
    gap: 8px;
  }
  [part="check-result"] > p {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  summary {
    cursor: pointer;
    min-block-size: 28px;
  }
  details li {
    padding-inline-start: 24px;
    overflow-wrap: anywhere;
  }
  .news:empty {
    display: none;
  }
  @media (forced-colors: active) {
    /* Drawn arrows are left out here. */
    select {
      appearance: auto;
      padding-inline-end: 12px;
    }
    .tabs > button {
      border-block-end-color: Canvas;
    }
    .tabs > button[aria-selected="true"] {
      border-block-end-color: Highlight;
    }
  }
`
