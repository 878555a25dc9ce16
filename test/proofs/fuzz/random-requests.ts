// Requests to an operation, from nearly right to hopeless, each framed so that the server can tell where it ends.
import type { TenantWorld } from '../../tenancy/tenant-world.js';
import { RECIPES } from '../../tenancy/operation-recipes.js';
import type { Dice } from './dice.js';
import { HOSTILE_TEXTS, hostileValue } from './hostile-values.js';
import { BROKEN_BODIES, HEADER_NAMES, HEADER_VALUES, HOSTILE_ESCAPES } from './hostile-wire.js';
import { garbled, mutated } from './mutated-json.js';
import type { SchemaValues } from './schema-values.js';
import type { HeaderLines } from './sender.js';
import type { Parameter, ServedOperation } from './served-operations.js';

/** A request; header names, values and the target stand as on the wire (Latin-1). */
export interface FuzzRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
  /** False when the path may lead to another operation. */
  readonly isOnPath: boolean;
  /** Leads to the operation, and its headers say who sends it and what the body is, no more. */
  readonly isPlain: boolean;
}

/** What is to be sent, as bytes. `isLast`: the server shall close the connection. */
export function bytesOf({ method, target, headers, body }: FuzzRequest, isLast = false): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (body !== null) lines.push(`Content-Length: ${body.length}`);
  if (isLast) lines.push('Connection: close');
  const head = [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'TRACE', 'SEARCH', 'LINK'];

/** Makes requests to the operations of one server. */
export class RandomRequests {
  constructor(private readonly schemas: SchemaValues) {}

  /** One request to `operation` with ids of `world`. At least one of its parts is not what it should be, except in one of ten. */
  next(operation: ServedOperation, world: TenantWorld, dice: Dice, sender: HeaderLines): FuzzRequest {
    // Which parts are broken: mostly one, so that the others do not stand in its way.
    const broken = new Set(dice.chance(0.1) ? [] : [dice.below(6)]);
    while (dice.chance(0.15)) broken.add(dice.below(6));
    const path = this.path(operation, world, dice, broken.has(0));
    const query = this.query(operation, world, dice, broken.has(1));
    const headers = [...sender];
    if (broken.has(2)) {
      const times = 1 + dice.below(4);
      for (let n = 0; n < times; n++) headers.push(this.header(operation, dice));
    }
    let body = this.body(operation, world, dice, broken.has(3) || broken.has(4));
    const method = broken.has(5) && dice.chance(0.4) ? dice.pick(METHODS) : operation.method;
    // Some bodies come where none belongs.
    if (body === null && broken.has(3)) body = dice.pick([Buffer.from('{}'), ...BROKEN_BODIES]);
    if (body !== null && !headers.some(([name]) => name === 'Content-Type'))
      headers.push(['Content-Type', this.mediaType(operation, dice, broken.has(5))]);
    const isOnPath = path.isOnPath && !isPreflight(method, headers);
    const isPlain = isOnPath && method === operation.method && !broken.has(2);
    return { method, target: path.text + query, headers, body, isOnPath, isPlain };
  }

  private path(
    { id, path, pathParameters }: ServedOperation,
    world: TenantWorld,
    dice: Dice,
    isBroken: boolean,
  ): { text: string; isOnPath: boolean } {
    const recipe = RECIPES[id];
    const wrong = isBroken && pathParameters.length > 0 ? dice.pick(pathParameters).name : null;
    let isOnPath = true;
    let text = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      if (name !== wrong) {
        const kind = recipe?.path?.[name];
        const known = kind === undefined ? recipe?.fixed?.[name] : world.ids[kind];
        return encodeURIComponent(known ?? dice.pick(Object.values(world.ids)));
      }
      if (dice.chance(0.3)) return encodeURIComponent(dice.pick(Object.values(world.ids)));
      if (dice.chance(0.5)) {
        const hostile = escaped(dice.pick(HOSTILE_TEXTS)).slice(0, 4_000);
        isOnPath &&= hostile !== '';
        return hostile;
      }
      isOnPath = false;
      return dice.pick(HOSTILE_ESCAPES);
    });
    if (isBroken && wrong === null) {
      isOnPath = false;
      const at = dice.below(text.length + 1);
      text = text.slice(0, at) + dice.pick([...HOSTILE_ESCAPES, '/', '//', '/./', '/../', '?', '#']) + text.slice(at);
    }
    return { text: text.startsWith('/') ? text : `/${text}`, isOnPath };
  }

  private query({ id, queryParameters }: ServedOperation, world: TenantWorld, dice: Dice, isBroken: boolean): string {
    const recipe = RECIPES[id];
    const wanted = queryParameters.filter(() => dice.chance(0.4));
    const parts = wanted.map(({ name, schema }) => {
      const kind = recipe?.query?.[name];
      const value = kind === undefined ? this.schemas.valueOf(schema, dice, Object.values(world.ids)) : world.ids[kind];
      return `${name}=${escaped(textOf(value))}`;
    });
    if (isBroken) {
      const times = 1 + dice.below(2);
      for (let n = 0; n < times; n++) parts.push(brokenPart(queryParameters, dice));
    }
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
  }

  private header({ headerParameters }: ServedOperation, dice: Dice): readonly [string, string] {
    const documented = headerParameters.map(({ name }) => name);
    const name = documented.length > 0 && dice.chance(0.4) ? dice.pick(documented) : dice.pick(HEADER_NAMES);
    return [name, dice.pick(HEADER_VALUES)];
  }

  private body({ id, body }: ServedOperation, world: TenantWorld, dice: Dice, isBroken: boolean): Buffer | null {
    const example = RECIPES[id]?.body;
    if (body === null && example === undefined) return null;
    if (isBroken && dice.chance(0.12)) return dice.pick(BROKEN_BODIES);
    const examples = [...(body?.examples ?? []), ...(example === undefined ? [] : [example])];
    let value =
      body === null || (examples.length > 0 && dice.chance(0.5))
        ? structuredClone(dice.pick(examples))
        : this.schemas.valueOf(body.schema, dice, Object.values(world.ids));
    if (isBroken) {
      const names = body === null ? [] : this.schemas.propertiesOf(body.schema);
      for (let times = dice.chance(0.7) ? 1 : 3; times > 0; times--) value = mutated(value, names, dice);
    }
    const isForm = body !== null && body.mediaTypes.every((mediaType) => mediaType.includes('form'));
    const text = Buffer.from(isForm ? formOf(value) : JSON.stringify(value));
    return isBroken && dice.chance(0.08) ? garbled(text, dice) : text;
  }

  private mediaType({ body }: ServedOperation, dice: Dice, isBroken: boolean): string {
    return isBroken ? dice.pick(HEADER_VALUES) : dice.pick(body?.mediaTypes ?? ['application/json']);
  }
}

/** A question of a browser, which no compatible API is asked. */
function isPreflight(method: string, headers: readonly (readonly [string, string])[]): boolean {
  return method === 'OPTIONS' && headers.some(([name]) => name === 'Access-Control-Request-Method');
}

function brokenPart(known: readonly Parameter[], dice: Dice): string {
  const name =
    known.length > 0 && dice.chance(0.8)
      ? dice.pick(known).name
      : dice.pick(['limit', 'x', '__proto__', 'constructor', '']);
  const value = dice.chance(0.7) ? escaped(textOf(hostileValue(dice)).slice(0, 5_000)) : dice.pick(HOSTILE_ESCAPES);
  switch (dice.below(6)) {
    case 0:
      return `${name}=${value}&${name}=${value}`;
    case 1:
      return `${name}[]=${value}`;
    case 2:
      return `${name}[a]=${value}&${name}[__proto__]=1`;
    case 3:
      return name;
    default:
      return `${name}=${value}`;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function formOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return textOf(value);
  return Object.entries(value)
    .map(([name, part]) => `${escaped(name)}=${escaped(textOf(part))}`)
    .join('&');
}

/** As UTF-8; a lone surrogate, which has none, in three bytes as some programs would write it. */
function escaped(text: string): string {
  // A trip through UTF-8 makes each lone surrogate a U+FFFD.
  const wellFormed = Buffer.from(text).toString();
  return wellFormed === text
    ? encodeURIComponent(text)
    : encodeURIComponent(wellFormed).replaceAll('%EF%BF%BD', '%ED%A0%80');
}
