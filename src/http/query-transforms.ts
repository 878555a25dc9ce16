import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { parseInstant } from './instant.js';

/** A whole number in a query. Anything else stays the text that it was, for `@IsInt()` to report. */
export function ToInt(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
  );
}

/** `true` or `false` in a query. Anything else stays the text that it was, for `@IsBoolean()` to report. */
export function ToBoolean(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
}

/** A comma-separated list in a query, also when the parameter is repeated: `?state=failed,missed`, `?state=failed&state=missed`. */
export function ToList(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => {
    const texts = Array.isArray(value) ? (value as unknown[]) : [value];
    if (!texts.every((text) => typeof text === 'string')) return value;
    return texts
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter((text) => text !== '');
  });
}

/** Turns an ISO 8601 text with an offset into a `Date`. Anything else stays as it was, for `@IsInstant()` to report. */
export function ToDate(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (parseInstant(value) ?? value) : value,
  );
}

/**
 * An ISO 8601 instant with an offset, in a query or a body; the property holds a `Date`. To be combined with `@IsOptional()`
 * where it may be absent.
 */
export function IsInstant(options: ValidationOptions = {}): PropertyDecorator {
  const validate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());
  const defaultMessage = (): string =>
    '$property must be an ISO 8601 instant with an offset, such as 2026-03-29T01:30:00Z or 2026-03-29T01:30:00+01:00';
  return applyDecorators(ToDate(), ValidateBy({ name: 'isInstant', validator: { validate, defaultMessage } }, options));
}
