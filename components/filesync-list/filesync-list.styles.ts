import { css } from "lit"

/** Without a template, a grid of cards; with one, nothing but the page's own elements. */
export const styles = css`
  :host {
    display: block;
  }
  ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(var(--filesync-list-column, 10rem), 100%), 1fr));
    gap: var(--filesync-list-gap, 16px);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    min-inline-size: 0;
    content-visibility: auto;
    /* What is left of a focus ring when it is cut at the card's edge is nothing to see. */
    overflow-clip-margin: 8px;
    contain-intrinsic-block-size: auto 14rem;
  }
  .sight {
    position: relative;
    display: block;
    inline-size: 100%;
    padding: 0;
    border: 0;
    border-radius: var(--_radius);
    text-align: inherit;
  }
  filesync-image,
  .paper {
    display: block;
    inline-size: 100%;
    aspect-ratio: 1;
    border-radius: var(--_radius);
  }
  .paper {
    position: relative;
    display: grid;
    align-content: center;
    justify-items: center;
    gap: 8px;
    background: var(--_tint);
    color: var(--_quiet);
  }
  .paper svg {
    inline-size: max(40px, 2.5em);
    block-size: max(40px, 2.5em);
    stroke-width: 1.25;
  }
  .paper .badge svg {
    inline-size: 14px;
    block-size: 14px;
    stroke-width: 2;
  }
  .ending {
    font-size: 0.8125em;
    font-weight: 600;
    letter-spacing: 0.04em;
  }
  .about {
    display: grid;
    grid-template: "name buttons" auto "size buttons" auto / minmax(0, 1fr) auto;
    align-items: start;
    column-gap: 4px;
    margin-block-start: 6px;
  }
  /* Three buttons leave a name no room beside them, and four the size. */
  :host([editable]) .about {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
  }
  :host([editable]) .name,
  :host([editable]) .rename {
    flex: 0 0 100%;
  }
  .name {
    grid-area: name;
    min-inline-size: 0;
  }
  .rename {
    grid-area: name;
    inline-size: 100%;
    min-inline-size: 0;
    padding: 2px 6px;
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid var(--_edge);
    border-radius: 6px;
    /* For the focus ring. */
    margin-block-end: 4px;
  }
  .buttons {
    grid-area: buttons;
    display: flex;
    align-self: center;
    margin-inline-start: auto;
    color: var(--_quiet);
  }
  .buttons svg {
    inline-size: max(18px, 1.125em);
    block-size: max(18px, 1.125em);
  }
  li[deleted] .name {
    text-decoration: line-through;
  }
  .more {
    margin-block-start: 16px;
  }
  .size {
    grid-area: size;
    color: var(--_quiet);
    font-size: 0.875em;
  }
  .empty {
    color: var(--_quiet);
  }
  @media (forced-colors: active) {
    .paper {
      border: 1px solid CanvasText;
    }
  }
`
