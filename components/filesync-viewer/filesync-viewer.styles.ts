import { css } from "lit"

/** The whole page in the dark, a bar above, and the file in the middle. */
export const styles = css`
  :host {
    display: contents;
  }
  dialog {
    position: fixed;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    max-inline-size: none;
    max-block-size: none;
    margin: 0;
    padding: 0;
    border: 0;
    overflow: hidden;
    color: #f2f2f2;
    background: var(--filesync-viewer-background, #101114);
    color-scheme: dark;
  }
  dialog[open] {
    display: grid;
    grid-template: "bar bar bar" auto "stage stage stage" minmax(0, 1fr) "turns turns turns" auto / auto minmax(0, 1fr) auto;
  }
  .bar {
    grid-area: bar;
    display: flex;
    /* Large words leave the buttons a line of their own. */
    flex-wrap: wrap;
    justify-content: end;
    align-items: center;
    gap: 4px;
    block-size: auto;
    padding: max(6px, env(safe-area-inset-top)) 8px 6px 16px;
    overflow: visible;
    background: none;
  }
  :host(:dir(rtl)) .bar {
    padding-inline: 16px 8px;
  }
  .title {
    flex: 1 1 7em;
    margin-inline-end: 8px;
    min-inline-size: 0;
  }
  .tools {
    display: flex;
    flex: none;
    gap: 4px;
  }
  .facts {
    display: block;
    color: #c4c6ca;
    font-size: 0.8125em;
    font-variant-numeric: tabular-nums;
  }
  button.round {
    inline-size: 44px;
    block-size: 44px;
  }
  button:hover {
    background: rgb(255 255 255 / 0.12);
  }
  :focus-visible {
    outline-color: #a8c7fa;
  }
  .stage {
    grid-area: stage;
    position: relative;
    display: grid;
    /* Never as wide or high as the file: a large picture is scaled down, and a long text scrolls. */
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    place-items: safe center;
    min-block-size: 0;
    overflow: auto;
    overscroll-behavior: contain;
    touch-action: pan-x pan-y pinch-zoom;
  }
  .picture {
    position: relative;
    inline-size: 100%;
    block-size: 100%;
    min-block-size: 0;
  }
  .picture > button {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    border: 0;
    border-radius: 0;
    cursor: zoom-in;
  }
  .picture > button:hover {
    background: none;
  }
  .picture > button:focus-visible {
    outline-offset: -4px;
  }
  /* What cannot be zoomed may have a button of its own. It keeps the focus, and with it the arrow keys. */
  filesync-image:not([state="ready"]) + button {
    pointer-events: none;
  }
  .picture > filesync-image {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }
  .zoomed {
    inline-size: 250%;
    block-size: 250%;
  }
  .zoomed > button {
    cursor: zoom-out;
  }
  .stage:has(.zoomed) {
    display: block;
  }
  video {
    max-inline-size: 100%;
    max-block-size: 100%;
  }
  audio {
    inline-size: min(32rem, 90%);
  }
  pre {
    align-self: start;
    inline-size: 100%;
    min-block-size: 100%;
    margin: 0;
    padding: 16px clamp(16px, 8vw, 96px);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    font: 0.9375rem/1.5 ui-monospace, monospace;
    tab-size: 4;
  }
  .plain {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 12px;
    padding: 24px;
    text-align: center;
    overflow-wrap: anywhere;
    max-inline-size: 36rem;
  }
  .plain > svg {
    inline-size: 72px;
    block-size: 72px;
    stroke-width: 1;
    color: #c4c6ca;
  }
  .plain > button {
    color: inherit;
    border-color: #8d9199;
  }
  .again {
    display: inline-flex;
    align-items: center;
    gap: 8px;
  }
  .again > svg {
    inline-size: max(18px, 1.125em);
    block-size: max(18px, 1.125em);
  }
  .turn {
    grid-row: 3;
    margin: 4px 8px;
  }
  .filled .turn {
    grid-row: 2;
    align-self: center;
    z-index: 1;
    background: rgb(0 0 0 / 0.55);
  }
  .turn.previous {
    grid-column: 1;
  }
  .turn.next {
    grid-column: 3;
  }
  :host(:dir(rtl)) .turn svg {
    transform: scaleX(-1);
  }
  .versions {
    grid-area: stage;
    align-self: start;
    justify-self: end;
    position: relative;
    z-index: 2;
    inline-size: min(24rem, calc(100% - 16px));
    max-block-size: calc(100% - 8px);
    margin-inline: 8px;
    overflow: auto;
    padding: 12px 16px;
    border: 1px solid #45484f;
    border-radius: var(--_radius);
    background: #1d2026;
  }
  .versions ul {
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  .versions button {
    inline-size: 100%;
    margin-block-start: 6px;
    text-align: start;
    border-radius: 10px;
    border-color: #8d9199;
  }
  @media (forced-colors: active) {
    dialog {
      color: CanvasText;
      background: Canvas;
      color-scheme: inherit;
    }
    .facts,
    .plain > svg {
      color: inherit;
    }
    .versions,
    .turn {
      border: 1px solid CanvasText;
      background: Canvas;
    }
  }
`
