import { describe, expect, it } from 'vitest';
import { etagOf, expectVersion } from './etag.js';

describe('expectVersion', () => {
  it.each([undefined, '*', ' * ', '"7"', '"6", "7"', '"7",', 'W/"7", "7"', etagOf(7)])(
    'passes %j for version 7',
    (ifMatch) => {
      expect(() => expectVersion(ifMatch, 7)).not.toThrow();
    },
  );

  it.each(['"6"', '"70"', 'W/"7"', '"6", "8"', '""'])('refuses %j for version 7 as changed in between', (ifMatch) => {
    expect(() => expectVersion(ifMatch, 7)).toThrow(expect.objectContaining({ code: 'precondition_failed' }));
  });

  it.each(['7', '', ',', '"7', "'7'", '*, "7"', 'w/"7"', '"6" "7"'])(
    'refuses %j as no list of entity tags',
    (ifMatch) => {
      expect(() => expectVersion(ifMatch, 7)).toThrow(
        expect.objectContaining({ code: 'invalid_input', fields: [expect.objectContaining({ field: 'If-Match' })] }),
      );
    },
  );
});
