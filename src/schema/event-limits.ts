/**
 * Most files one event carries. LiveStore acknowledges about 550 events a second whatever they hold, and a sync
 * message may have about 900 kB: 100 files of at most 4 kB each stay well below it.
 */
export const maxFilesPerEvent = 100
