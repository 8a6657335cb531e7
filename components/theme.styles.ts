import { css } from "lit"

/**
 * The looks all elements share. Most colours are mixed from the text colour around the element, so that it fits any
 * page; accent, danger and their text follow `color-scheme` where the browser knows `light-dark()`.
 */
export const theme = css`
  :host {
    --_accent: var(--filesync-accent, #0b57d0);
    --_on-accent: var(--filesync-on-accent, #fff);
    --_danger: var(--filesync-danger, #b3261e);
    --_warning: var(--filesync-warning, #8a5300);
    --_success: var(--filesync-success, #146c2e);
    --_radius: var(--filesync-radius, 12px);
    --_line: var(--filesync-line, color-mix(in srgb, currentColor 18%, transparent));
    --_edge: var(--filesync-edge, color-mix(in srgb, currentColor 55%, transparent));
    --_tint: var(--filesync-tint, color-mix(in srgb, currentColor 5%, transparent));
    --_quiet: var(--filesync-quiet, color-mix(in srgb, currentColor 76%, transparent));
    box-sizing: border-box;
    line-height: 1.45;
  }
  @supports (color: light-dark(red, red)) {
    :host {
      --_accent: var(--filesync-accent, light-dark(#0b57d0, #a8c7fa));
      --_on-accent: var(--filesync-on-accent, light-dark(#fff, #062e6f));
      --_danger: var(--filesync-danger, light-dark(#b3261e, #f2b8b5));
      --_warning: var(--filesync-warning, light-dark(#8a5300, #f5c97b));
      --_success: var(--filesync-success, light-dark(#146c2e, #8fd9a5));
    }
  }
  *,
  ::before,
  ::after {
    box-sizing: inherit;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  button {
    font: inherit;
    line-height: inherit;
    color: inherit;
    background: none;
    border: 1px solid var(--_edge);
    border-radius: 999px;
    min-block-size: 36px;
    padding: 4px 16px;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }
  button:hover {
    background: var(--_tint);
  }
  button:disabled,
  button[aria-disabled="true"] {
    opacity: 0.5;
    cursor: default;
  }
  button.round {
    display: inline-grid;
    place-items: center;
    flex: none;
    inline-size: max(36px, 2.25em);
    block-size: max(36px, 2.25em);
    padding: 0;
    border-color: transparent;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  /* Signs grow with words that a person has made larger. */
  svg {
    display: block;
    inline-size: max(20px, 1.25em);
    block-size: max(20px, 1.25em);
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .bar {
    block-size: 4px;
    border-radius: 2px;
    overflow: hidden;
    background: var(--_line);
  }
  .bar > div {
    block-size: 100%;
    inline-size: calc(var(--p) * 100%);
    border-radius: inherit;
    background: var(--_accent);
    transition: inline-size 0.2s;
  }
  .heard {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    .bar {
      border: 1px solid CanvasText;
      block-size: 6px;
    }
    .bar > div {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`
