/** A mistake in the command's arguments; its message is shown without a stack. */
export class UsageError extends Error {}
