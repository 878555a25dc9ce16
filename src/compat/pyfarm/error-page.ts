import { STATUS_CODES } from 'node:http';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The page that a client gets for an error when its request names a content type other than JSON. */
export function errorPage(status: number, message: string): string {
  const title = STATUS_CODES[status] ?? String(status);
  return `<!DOCTYPE html>\n<html><head><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1><p>${escape(message)}</p></body></html>\n`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
