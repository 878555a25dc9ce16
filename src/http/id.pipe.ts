import { Injectable, type PipeTransform } from '@nestjs/common';
import { notFound } from '../kernel/domain-error.js';
import { parseId } from '../kernel/ids.js';

/** Longest id that is repeated in the message. */
const SHOWN = 60;

/**
 * A UUID in the path, dashed or as 32 hex digits, turned into the dashed lower-case form. What is no UUID is answered like an
 * unknown id (404 `not_found`): for the caller both mean that there is no such thing. `noun` names the thing: `job`.
 */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  constructor(private readonly noun: string) {}

  transform(value: string): string {
    const id = parseId(value);
    if (id === null) throw notFound(this.noun, value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
    return id;
  }
}
