import { DomainError, invalidField } from '../kernel/domain-error.js';
import { shown } from './shorten.js';

/** One entity tag: optional weakness, then the quoted opaque part (RFC 9110, section 8.8.3). */
const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;

/** The strong entity tag of a version: `"7"`. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Checks the `If-Match` header of a write against the current version (RFC 9110, section 13.1.1). Absent or `*` pass. A list
 * passes when it holds the current tag. Weak tags never match, because the comparison is strong. Throws
 * `precondition_failed`, or `invalid_input` for a header that is no list of entity tags.
 */
export function expectVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  // The opaque part of our tags has no comma, so a tag that is cut apart here could not have matched anyway.
  const tags = ifMatch
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  const parsed = tags.map((tag) => ENTITY_TAG.exec(tag));
  if (tags.length === 0 || parsed.includes(null)) {
    throw invalidField(
      'If-Match',
      'entity_tag',
      `If-Match must be * or a list of quoted entity tags such as ${etagOf(version)}; got ${shown(ifMatch)}.`,
    );
  }
  if (parsed.some((tag) => tag?.[1] === undefined && tag?.[2] === String(version))) return;
  throw new DomainError(
    'precondition_failed',
    `If-Match is ${shown(ifMatch)}, but the current version is ${etagOf(version)}. Read it again and decide anew.`,
  );
}
