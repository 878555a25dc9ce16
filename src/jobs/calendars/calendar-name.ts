import { ValidateBy } from 'class-validator';

/** 1 to 100 characters; no control character, no blank at either end. */
const CALENDAR_NAME = /^(?!\s)[^\p{Cc}\p{Cs}]{1,100}(?<!\s)$/u;

/** A calendar name in a body; with `{ each: true }` an array of them. */
export function IsCalendarName(options: { each?: boolean } = {}): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && CALENDAR_NAME.test(value);
  const defaultMessage = (): string =>
    `${options.each ? 'each value in $property' : '$property'} must be 1 to 100 characters without control characters and blanks at the ends`;
  return ValidateBy(
    { name: 'isCalendarName', validator: { validate, defaultMessage } },
    { each: options.each ?? false },
  );
}
