/** Longest piece of a client's value that is repeated in a message. */
const SHOWN_CHARACTERS = 80;

/** `value` as JSON, cut after 80 characters, to be named in an error message. */
export function shown(value: unknown): string {
  let text: string;
  try {
    text = value === undefined ? 'nothing' : JSON.stringify(value);
  } catch {
    text = Object.prototype.toString.call(value);
  }
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters)` : text;
}
