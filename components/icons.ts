import { svg, type SVGTemplateResult } from "lit"

const paths = {
  add: "M12 16V4m-5 5 5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
  file: "M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7zm0 0v4h4",
  folder: "M3.5 6.5h6l2 2h9v10h-17z",
  picture: "M4 5h16v14H4zm0 11 5-5 5 5 2.5-2.5L20 17M15 9.5h.01",
  video: "M4 5h16v14H4zm6 4v6l5-3z",
  audio:
    "M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zm10-2a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  text: "M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7zm0 0v4h4M9 12h6m-6 4h6",
  sheet: "M4 5h16v14H4zm0 5h16M4 14.5h16M10 5v14",
  archive: "M4 5h16v4H4zm1 4v10h14V9m-9 3.5h4",
  rename: "m4 20 1-4L16 5l3 3L8 19zm9.5-12.5 3 3",
  trash: "M5 7h14M10 4h4m-7 3 1 13h8l1-13m-7 4v5m4-5v5",
  previous: "m14.5 5-7 7 7 7",
  next: "m9.5 5 7 7-7 7",
  share: "M12 15V4m-4 4 4-4 4 4M6 12v7a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-7",
  history: "M4.5 12a7.5 7.5 0 1 0 2.2-5.3L4 9.4M4 4.5v4.9h4.9M12 8v4.5l3 1.5",
  done: "m5 12.5 4.5 4.5L19 7.5",
  attention: "M12 8v5m0 3.5h.01M12 3.5 21.5 20h-19z",
  offline: "M3 3l18 18M8.5 15.5a5 5 0 0 1 7 0M5 12a10 10 0 0 1 4-2.4m6 .4a10 10 0 0 1 4 2M12 19h.01",
  pause: "M9 6v12m6-12v12",
  resume: "M8 5.5v13l10.5-6.5z",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.4M20 4.5v4.9h-4.9",
  remove: "m6.5 6.5 11 11m0-11-11 11",
  device: "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zm3 15h2",
  moving: "M8 19V6M4.5 9.5 8 6l3.5 3.5M16 5v13m-3.5-3.5L16 18l3.5-3.5",
  download: "M12 4v11m-5-4.5 5 5 5-5M5 20h14",
} as const

/** The name of a drawing. */
export type IconName = keyof typeof paths

/** A line drawing of 24 by 24 in the text's colour, silent for screen readers. */
export const icon = (name: IconName): SVGTemplateResult =>
  svg`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[name]}></path></svg>`
