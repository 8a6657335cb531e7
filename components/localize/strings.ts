/** One sentence with `{placeholders}`; with forms when it depends on `{count}`, by the language's plural rules. */
export type Message = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string })

/** Everything the elements say. */
export interface Strings {
  // Buttons and names; `{name}` is a file's name.
  readonly cancelFile: Message
  readonly retryFile: Message
  readonly removeFile: Message
  readonly deleteFile: Message
  readonly downloadFile: Message
  readonly retry: Message
  readonly pause: Message
  readonly resume: Message
  readonly dismiss: Message
  readonly progressOf: Message
  // Picking files.
  readonly dropFiles: Message
  readonly dropFolder: Message
  readonly dropNow: Message
  readonly chooseFiles: Message
  readonly chooseFolder: Message
  readonly takePhoto: Message
  readonly hintTypes: Message
  readonly kindImage: Message
  readonly kindVideo: Message
  readonly kindAudio: Message
  readonly kindText: Message
  readonly hintSize: Message
  readonly pickedFiles: Message
  readonly required: Message
  readonly stillSaving: Message
  readonly someFailed: Message
  // One picked file.
  readonly fileWaiting: Message
  readonly fileSaving: Message
  readonly fileSaved: Message
  readonly fileQueued: Message
  readonly fileUploading: Message
  readonly fileDone: Message
  readonly filesSaved: Message
  readonly filesUploaded: Message
  // Refusals.
  readonly rejectedType: Message
  readonly rejectedSize: Message
  readonly rejectedCount: Message
  readonly rejectedDirectory: Message
  readonly rejectedMore: Message
  // Pictures.
  readonly imageLoading: Message
  readonly imageMissing: Message
  readonly imageElsewhere: Message
  readonly imageNotShown: Message
  // Errors, as a person understands them.
  readonly errorOffline: Message
  readonly errorQuota: Message
  readonly errorTooLarge: Message
  readonly errorNotFound: Message
  readonly errorForbidden: Message
  readonly errorDamaged: Message
  readonly errorAborted: Message
  readonly errorUnknown: Message
  // Status.
  readonly statusStarting: Message
  readonly statusOtherTab: Message
  readonly statusNotStarted: Message
  readonly statusUpToDate: Message
  readonly statusUploading: Message
  readonly statusDownloading: Message
  readonly statusSyncing: Message
  readonly statusOffline: Message
  readonly statusPaused: Message
  readonly statusUnsupported: Message
  readonly statusWaiting: Message
  readonly statusFailed: Message
  readonly statusOnlyHere: Message
  readonly statusMemory: Message
  readonly statusNotPersisted: Message
  readonly statusUsed: Message
  readonly statusUsedOf: Message
  // Lists.
  readonly listEmpty: Message
  readonly rejectedUnreadable: Message
  readonly safeHere: Message
  readonly adviceAgain: Message
  readonly adviceSpaceHere: Message
  readonly adviceSpaceThere: Message
  readonly adviceTooLarge: Message
  readonly adviceAccess: Message
  readonly adviceAddress: Message
  readonly notSaved: Message
  readonly showMore: Message
  readonly readingFolder: Message
  readonly filesAdded: Message
  readonly show: Message
  readonly hide: Message
  readonly errorServerFull: Message
  readonly errorAddress: Message
  readonly errorSignedOut: Message
  readonly errorServer: Message
  readonly errorRejected: Message
  readonly errorPaused: Message
  readonly errorNotStarted: Message
  readonly fileDownloading: Message
  readonly statusSaving: Message
  readonly statusUnreachable: Message
  readonly statusServerTrouble: Message
  readonly statusSignedOut: Message
  readonly statusNotAllowed: Message
  readonly statusServerFull: Message
  readonly statusDeviceFull: Message
  readonly statusWrongAddress: Message
  readonly statusTryingAgain: Message
  readonly statusCancelled: Message
  readonly statusUnsynced: Message
  readonly statusStalled: Message
  readonly statusHealing: Message
  readonly doneOf: Message
  readonly lessThanMinute: Message
  readonly aboutTime: Message
  readonly keepHere: Message
  readonly remove: Message
  readonly removeSure: Message
  readonly keep: Message
  readonly attentionTitle: Message
  readonly retryAll: Message
  readonly andMore: Message
  readonly imageStale: Message
  readonly showFile: Message
  readonly renameFile: Message
  readonly fileDeleted: Message
  readonly undo: Message
  readonly undoDelete: Message
  readonly previous: Message
  readonly next: Message
  readonly share: Message
  readonly viewer: Message
  readonly versions: Message
  readonly restoreVersion: Message
  readonly cannotShow: Message
}

/** The key of a sentence. */
export type Term = keyof Strings
