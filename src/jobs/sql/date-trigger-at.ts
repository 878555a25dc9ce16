/** The instant of a date trigger; needs `triggers t`. Index: none, this is a part of statements. */
export const DATE_TRIGGER_AT = `(t.spec ->> 'at')::timestamptz`;
