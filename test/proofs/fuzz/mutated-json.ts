// Nearly right JSON: a value with one or a few places changed, and its text with a few bytes changed.
import type { Dice } from './dice.js';
import { hostileValue } from './hostile-values.js';

type Place = readonly [holder: Record<string, unknown>, key: string];

/** Changes one place of `body` in place; `names` are properties that it might have. Returns what to send instead. */
export function mutated(body: unknown, names: readonly string[], dice: Dice): unknown {
  const found = placesIn(body);
  if (found.length === 0 || dice.chance(0.05)) return hostileValue(dice);
  const [holder, key] = dice.pick(found);
  switch (dice.below(9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
      break;
    case 1:
      holder[key] = null;
      break;
    case 2:
      holder[key] = dice.pick<unknown>([
        [holder[key]],
        { value: holder[key] },
        JSON.stringify(holder[key]),
        Number.parseInt(JSON.stringify(holder[key]).replace('"', ''), 10),
      ]);
      break;
    case 3:
      if (!Array.isArray(holder))
        define(holder, dice.pick([...names, '__proto__', 'constructor', 'id', 'tenantId', '']), hostileValue(dice));
      break;
    case 4:
      if (Array.isArray(holder[key]))
        (holder[key] as unknown[]).push(...(holder[key] as unknown[]), hostileValue(dice));
      else holder[key] = hostileValue(dice);
      break;
    case 5:
      holder[key] = nearby(holder[key], dice);
      break;
    default:
      holder[key] = hostileValue(dice);
  }
  return body;
}

/** As an own property even when it is called `__proto__`. */
function define(holder: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** A value of the same type that is a little off. */
function nearby(value: unknown, dice: Dice): unknown {
  if (typeof value === 'number') return value + dice.pick([-1, 1, 0.5, 1e9, -value - 1, Number.EPSILON]);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return value;
  const at = dice.below(value.length + 1);
  return (
    value.slice(0, at) +
    dice.pick(['', '\0', ' ', '"', '\\', 'é', '\ud800', '-', '0', value]) +
    value.slice(at + dice.below(2))
  );
}

/** Every place that holds a value, however deep. */
function placesIn(value: unknown): Place[] {
  const places: Place[] = [];
  const waiting = [value];
  for (let inner = waiting.pop(); inner !== undefined && places.length < 500; inner = waiting.pop()) {
    if (typeof inner !== 'object' || inner === null) continue;
    const holder = inner as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      if (holder[key] !== null) waiting.push(holder[key]);
    }
  }
  return places;
}

/** A few bytes of a text are cut out, doubled or replaced. */
export function garbled(text: Buffer, dice: Dice): Buffer {
  const at = dice.below(text.length + 1);
  switch (dice.below(4)) {
    case 0:
      return text.subarray(0, at);
    case 1:
      return Buffer.concat([text.subarray(0, at), Buffer.from([dice.below(256)]), text.subarray(at)]);
    case 2:
      return Buffer.concat([text.subarray(0, at), Buffer.from([dice.below(256)]), text.subarray(at + 1)]);
    default:
      return Buffer.concat([text.subarray(0, at), text.subarray(dice.below(at + 1))]);
  }
}
