import { css } from "lit"

/** The host has the size the page gives it; the box inside fills it, or keeps the picture's own proportions. */
export const styles = css`
  :host {
    display: inline-block;
    position: relative;
    overflow: hidden;
    vertical-align: middle;
    max-inline-size: 100%;
    font-size: 0.875rem;
  }
  .box {
    position: relative;
    inline-size: var(--_width, 12rem);
    min-inline-size: 100%;
    max-inline-size: 100%;
    block-size: 100%;
    aspect-ratio: var(--_ratio, 1);
    overflow: hidden;
    border-radius: inherit;
    /* Its size never depends on what is in it, so what changes inside moves nothing on the page. */
    contain: strict;
    container-type: inline-size;
  }
  .layer {
    display: block;
  }
  .layer,
  img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
  }
  img {
    display: block;
    object-fit: var(--_fit, contain);
  }
  .placeholder {
    background: var(--filesync-image-background, var(--_tint)) center / cover no-repeat;
  }
  .blurred {
    filter: blur(12px);
    /* The blur's own edge, which is half transparent, stays outside. */
    transform: scale(1.25);
    overflow: hidden;
  }
  .message {
    container-type: size;
    background: var(--_tint);
    color: var(--_quiet);
  }
  .words {
    display: flex;
    flex-direction: column;
    align-items: center;
    /* What does not fit, such as text twice as large, is scrolled to and not cut off. */
    justify-content: safe center;
    gap: 8px;
    block-size: 100%;
    padding: 8px;
    text-align: center;
    text-wrap: balance;
    overflow: auto;
  }
  .words > * {
    flex: none;
  }
  .error .words > svg {
    color: var(--_danger);
  }
  @container (max-height: 9em) {
    .error .words:has(button) > svg {
      display: none;
    }
  }
  @container (max-width: 150px) or (max-height: 110px) {
    .words {
      gap: 0;
      padding: 0;
    }
    .words > span {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .error .words:has(button) > svg {
      display: none;
    }
    .words {
      overflow: hidden;
    }
    button {
      inline-size: 36px;
      block-size: 36px;
      padding: 0;
    }
    button > span {
      display: none;
    }
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    max-inline-size: 100%;
    padding-inline: 12px;
  }
  button.opener {
    display: block;
    inline-size: 100%;
    block-size: 100%;
    max-inline-size: none;
    padding: 0;
    border: 0;
    border-radius: inherit;
    background: none;
    cursor: zoom-in;
  }
  button.opener:focus-visible {
    outline-offset: -3px;
  }
  button svg {
    inline-size: 18px;
    block-size: 18px;
  }
  /* A tiny picture is all sign otherwise. */
  @container (max-width: 64px) {
    .badge {
      display: none;
    }
  }
  .transfer {
    position: absolute;
    inset-inline: 10%;
    inset-block-end: 9%;
    padding: 2px;
    border-radius: 4px;
    background: rgb(0 0 0 / 0.55);
  }
  .transfer .bar {
    background: rgb(255 255 255 / 0.3);
  }
  .transfer .bar > div {
    background: #fff;
  }
  @media (forced-colors: active) {
    .message,
    .placeholder {
      border: 1px solid CanvasText;
      border-radius: inherit;
    }
    .transfer .bar > div {
      background: Highlight;
    }
  }
`
