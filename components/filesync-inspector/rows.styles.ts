import { css } from "lit"

/** Lists of files, transfers and events: what belongs to a thing on one line, wrapped where there is no room. */
export const rowStyles = css`
  .rows {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    overflow: clip;
  }
  .rows > li + li {
    border-block-start: 1px solid var(--_line);
  }
  .row {
    inline-size: 100%;
    border: 0;
    border-radius: 0;
    text-align: start;
    min-block-size: 44px;
  }
  .row,
  .transfer,
  .event {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 12px;
    padding: 8px 12px;
  }
  .row[aria-expanded="true"] {
    background: var(--_tint);
  }
  .name {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: 1 1 12em;
    min-inline-size: 0;
  }
  .name > bdi {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .name > svg {
    color: var(--_quiet);
  }
  .badges {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .badge {
    padding: 1px 8px;
    border: 1px solid var(--_line);
    border-radius: 999px;
    font-size: 0.8125em;
    white-space: nowrap;
  }
  .badge.good {
    color: var(--_success);
  }
  .badge.warning {
    color: var(--_warning);
  }
  .badge.danger {
    color: var(--_danger);
  }
  .good > svg {
    color: var(--_success);
  }
  .transfer > .bar,
  .reason {
    flex: 1 0 100%;
  }
  .reason {
    color: var(--_danger);
    overflow-wrap: anywhere;
  }
  .transfer > .quiet:empty {
    display: none;
  }
  .event > time {
    color: var(--_quiet);
    white-space: nowrap;
  }
  @container (max-width: 480px) {
    .name {
      flex-basis: 100%;
    }
  }
`
