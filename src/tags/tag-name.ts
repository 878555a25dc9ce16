import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { shown } from '../http/shorten.js';
import { invalidField } from '../kernel/domain-error.js';

/** 1 to 64 characters; no comma (lists of tags are comma-separated), no control character, no blank at either end. */
export const TAG_NAME = /^(?!\s)[^,\p{Cc}\p{Cs}]{1,64}(?<!\s)$/u;

/** What `TAG_NAME` asks for, in words. */
export const TAG_NAME_RULE = '1 to 64 characters without commas, control characters and blanks at the ends';

/** A tag name in a body, trimmed; with `{ each: true }` an array of them. */
export function IsTagName(options: { each?: boolean } = {}): PropertyDecorator {
  const trim = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);
  const validate = (value: unknown): boolean => typeof value === 'string' && TAG_NAME.test(value);
  const defaultMessage = (): string =>
    `${options.each ? 'each value in $property' : '$property'} must be ${TAG_NAME_RULE}`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(trim) : trim(value))),
    ValidateBy({ name: 'isTagName', validator: { validate, defaultMessage } }, { each: options.each ?? false }),
  );
}

/** Throws `invalid_input` for a text that is no tag name; blanks at its ends are not forgiven. `field` is where it stands. */
export function refuseNoTagName(name: string, field = '/tags'): void {
  if (TAG_NAME.test(name)) return;
  throw invalidField(field, 'tag_name', `${field}: ${shown(name)} is not a tag name: ${TAG_NAME_RULE}.`);
}

/** Names trimmed, without repeats, sorted by code unit: the order in which every transaction locks them. */
export function tagNamesInLockOrder(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim()))].sort();
}
