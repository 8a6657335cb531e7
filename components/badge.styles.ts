import { css } from "lit"

/** A small round sign in the corner of a picture or a card. */
export const badgeStyles = css`
  .badge {
    position: absolute;
    inset-block-start: 6px;
    inset-inline-end: 6px;
    display: grid;
    place-items: center;
    inline-size: 24px;
    block-size: 24px;
    border-radius: 50%;
    color: #fff;
    background: rgb(0 0 0 / 0.65);
  }
  .badge.failed {
    background: #b3261e;
  }
  .badge svg {
    inline-size: 14px;
    block-size: 14px;
    stroke-width: 2;
  }
  @media (forced-colors: active) {
    .badge {
      border: 1px solid CanvasText;
    }
  }
`
