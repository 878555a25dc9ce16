import { ValidateBy, type ValidationOptions } from 'class-validator';

/**
 * A number of seconds, exact to the millisecond. In the place of `IsNumber({ maxDecimalPlaces: 3 })`, which throws for a number that JavaScript writes with a
 * negative exponent, such as 1e-7 (class-validator 0.15).
 */
export function IsSeconds(options: ValidationOptions = {}): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && Number(value.toFixed(3)) === value;
  return ValidateBy(
    {
      name: 'isNumber',
      validator: { validate, defaultMessage: () => '$property must be a number with at most three decimal places' },
    },
    options,
  );
}
