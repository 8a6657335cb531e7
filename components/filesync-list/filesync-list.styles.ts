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
  }
  filesync-image,
  .paper {
    display: block;
    inline-size: 100%;
    aspect-ratio: 1;
    border-radius: var(--_radius);
  }
  .paper {
    display: grid;
    background: var(--_tint);
    place-items: center;
    color: var(--_quiet);
  }
  .paper svg {
    inline-size: 40px;
    block-size: 40px;
    stroke-width: 1.25;
  }
  .about {
    display: grid;
    /* The second line keeps its place also where nobody knows the size. */
    grid-template: "name button" auto "size button" minmax(0.875lh, auto) / 1fr auto;
    align-items: start;
    column-gap: 4px;
    margin-block-start: 6px;
  }
  /* The end of a name is cut, also where the name runs the other way than the page. */
  .name {
    min-inline-size: 0;
  }
  .name > bdi {
    display: block;
    inline-size: fit-content;
    max-inline-size: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .size {
    grid-area: size;
    color: var(--_quiet);
    font-size: 0.875em;
  }
  .about > button {
    grid-area: button;
    align-self: center;
    color: var(--_quiet);
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
