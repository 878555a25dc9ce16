/** Thrown for arguments or parameters that a job class cannot run with; the message names the value and what would be right. */
export class InvalidArguments extends Error {
  override readonly name = 'InvalidArguments';
}

/** Refuses parameters that a built-in class does not know, since a misspelt one would be silently without effect. */
export function refuseUnknownParameters(
  jobClass: string,
  parameters: Readonly<Record<string, unknown>>,
  known: readonly string[],
): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InvalidArguments(`${jobClass} has no parameter ${JSON.stringify(unknown)}; it knows ${known.join(', ')}.`);
}
