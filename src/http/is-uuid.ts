import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy, type ValidationOptions } from 'class-validator';
import { parseId } from '../kernel/ids.js';

/** A UUID in a query or a body, dashed or as 32 hex digits; the property holds the dashed lower-case form. */
export function IsUuid(options: ValidationOptions = {}): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && parseId(value) === value;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? (parseId(value) ?? value) : value)),
    ValidateBy(
      {
        name: 'isUuid',
        validator: { validate, defaultMessage: () => '$property must be a UUID, dashed or as 32 hex digits' },
      },
      options,
    ),
  );
}
