import { ValidateIf } from 'class-validator';

/** For a field that may be left out but not be null, unlike with `@IsOptional`, which takes null for left out and hands it on. */
export function IfGiven(): PropertyDecorator {
  return ValidateIf((_dto: object, value: unknown) => value !== undefined);
}
