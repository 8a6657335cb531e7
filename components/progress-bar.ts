import { html, type TemplateResult } from "lit"

/** A thin bar from 0 to 1 with a name for screen readers; its part is `progress`. */
export const progressBar = (label: string, fraction: number): TemplateResult => {
  const value = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0
  return html`<div
    part="progress"
    class="bar"
    role="progressbar"
    aria-label=${label}
    aria-valuenow=${Math.floor(value * 100)}
    aria-valuemin="0"
    aria-valuemax="100"
  >
    <div .style=${`--p:${value}`}></div>
  </div>`
}

/** A fraction in the steps that elements report: finer ones would only make the page busy. */
export const thousandths = (fraction: number): number => Math.round(fraction * 1000) / 1000
