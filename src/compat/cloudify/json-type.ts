/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for a message, not too long. */
export function told(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined; // undefined gives undefined
  return (text ?? 'nothing').slice(0, 100);
}
