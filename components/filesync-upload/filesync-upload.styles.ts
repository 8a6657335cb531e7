import { css } from "lit"

/** The drop target and the list of files. */
export const styles = css`
  :host {
    display: block;
  }
  .dropzone {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-block-size: var(--filesync-dropzone-height, 11rem);
    padding: 24px 16px;
    text-align: center;
    border: 2px dashed color-mix(in srgb, currentColor 38%, transparent);
    border-radius: var(--_radius);
    background: var(--_tint);
    cursor: pointer;
    transition:
      background 0.15s,
      border-color 0.15s;
  }
  .dropzone > svg {
    inline-size: max(32px, 2em);
    block-size: max(32px, 2em);
    color: var(--_quiet);
    stroke-width: 1.5;
    transition: transform 0.15s;
  }
  .dropzone > button {
    color: var(--_on-accent);
    background: var(--_accent);
    border-color: transparent;
    padding: 8px 20px;
    min-block-size: 44px;
    font-weight: 600;
  }
  .dropzone > button:hover {
    background: color-mix(in srgb, var(--_accent) 88%, currentColor);
  }
  .dropzone:hover {
    border-color: currentColor;
  }
  .dropzone.over {
    border-style: solid;
    border-color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
  }
  .dropzone.over > svg {
    color: var(--_accent);
    transform: translateY(-3px);
  }
  .dropzone.over > * {
    pointer-events: none;
  }
  .dropzone.invalid {
    border-color: var(--_danger);
  }
  .dropzone.disabled {
    opacity: 0.65;
    cursor: not-allowed;
    border-color: var(--_line);
  }
  .dropzone.disabled > button {
    opacity: 1;
    cursor: inherit;
    color: inherit;
    background: var(--_line);
  }
  .dropzone.compact {
    display: inline-flex;
    min-block-size: 0;
    padding: 0;
    border: 0;
    background: none;
  }
  .dropzone.compact > button {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    padding-inline-start: 14px;
  }
  .dropzone.compact.over > button {
    outline: 2px solid var(--_accent);
    outline-offset: 3px;
  }
  .dropzone.compact.invalid > button {
    outline: 2px solid var(--_danger);
    outline-offset: 2px;
  }
  .overlay {
    position: fixed;
    inset: 0;
    inline-size: auto;
    block-size: auto;
    margin: 0;
    padding: 16px;
    border: 0;
    z-index: 2147483647;
    pointer-events: none;
    color: var(--_accent);
    background: color-mix(in srgb, Canvas 82%, transparent);
    animation: appear 0.15s;
  }
  .overlay > div {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 12px;
    block-size: 100%;
    border: 2px dashed;
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_accent) 8%, transparent);
    font-size: 1.25em;
  }
  .overlay svg {
    inline-size: 48px;
    block-size: 48px;
    stroke-width: 1.5;
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .hint,
  .fact {
    color: var(--_quiet);
    font-size: 0.875em;
  }
  .hint:empty {
    display: none;
  }
  @media (hover: none) {
    .drop-words:not(.over) {
      display: none;
    }
  }
  .refusals {
    display: flex;
    align-items: start;
    gap: 10px;
    margin-block-start: 12px;
    padding: 8px 8px 8px 12px;
    border-radius: var(--_radius);
    color: var(--_danger);
    background: color-mix(in srgb, var(--_danger) 9%, transparent);
  }
  :host(:dir(rtl)) .refusals {
    padding: 8px 12px 8px 8px;
  }
  .refusals > svg {
    margin-block-start: calc(6px + (1lh - max(20px, 1.25em)) / 2);
  }
  .refusals > ul {
    flex: 1;
    min-inline-size: 0;
    margin: 0;
    padding: 6px 0;
    list-style: none;
    overflow-wrap: anywhere;
  }
  .list {
    margin: 12px 0 0;
    padding: 0;
    list-style: none;
  }
  .list:empty {
    display: none;
  }
  .more {
    margin-block-start: 8px;
  }
  .summary {
    display: flex;
    align-items: center;
    flex-wrap: wrap;
    gap: 8px;
    margin: 8px 0 0;
    min-block-size: 36px;
    font-variant-numeric: tabular-nums;
  }
  .summary > svg {
    color: var(--_quiet);
  }
  .summary.good > svg {
    color: var(--_success);
  }
  .summary > button {
    border-color: transparent;
    color: var(--_quiet);
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  .item {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    gap: 0 12px;
    padding-block: 8px;
    border-block-end: 1px solid var(--_line);
    content-visibility: auto;
    overflow-clip-margin: 8px;
    contain-intrinsic-block-size: auto 65px;
  }
  .item:last-child {
    border-block-end: 0;
  }
  .preview {
    position: relative;
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 48px;
    block-size: 48px;
    overflow: hidden;
    border-radius: calc(var(--_radius) / 1.5);
    background: var(--_tint);
    color: var(--_quiet);
  }
  .preview > img,
  .preview > filesync-image {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .about {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 2px;
    /* Where words are large and there is little room, two buttons go below them; one stays beside them. */
    flex: 1 1 4.5em;
    min-inline-size: 0;
  }
  .tools {
    display: flex;
    flex: none;
    gap: 4px;
    margin-inline-start: -8px;
  }
  .fact {
    font-variant-numeric: tabular-nums;
  }
  .failed {
    color: var(--_danger);
  }
  .about .bar {
    margin-block-start: 4px;
  }
  button.round {
    color: var(--_quiet);
  }
  button.round:disabled {
    opacity: 0.4;
    pointer-events: none;
  }
  @media (forced-colors: active) {
    .dropzone.over {
      border-color: Highlight;
    }
    .dropzone.over > svg {
      color: Highlight;
    }
    .preview {
      border: 1px solid CanvasText;
    }
  }
`
