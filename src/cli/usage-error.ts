/** The command was written wrongly; the message says how it would be right. */
export class UsageError extends Error {}
