import { v7 } from 'uuid';

const HEX32 = /^[0-9a-f]{32}$/i;
const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A new time-ordered identifier (UUID version 7, RFC 9562), dashed and in lower case. */
export function newId(): string {
  return v7();
}

/** The dashed lower-case form of a UUID written with or without dashes, or null if `text` is neither. */
export function parseId(text: string): string | null {
  if (DASHED.test(text)) return text.toLowerCase();
  if (!HEX32.test(text)) return null;
  const t = text.toLowerCase();
  return `${t.slice(0, 8)}-${t.slice(8, 12)}-${t.slice(12, 16)}-${t.slice(16, 20)}-${t.slice(20)}`;
}

/** The 32 hex digits of a UUID, as ndscheduler prints its ids. */
export function hexId(id: string): string {
  return id.replaceAll('-', '');
}
