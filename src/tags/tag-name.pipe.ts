import { Injectable, type PipeTransform } from '@nestjs/common';
import { refuseNoTagName } from './tag-name.js';

/** A tag name in the path, trimmed like one in a body. Throws `invalid_input` at `:tag` for what cannot be one. */
@Injectable()
export class TagNamePipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const name = value.trim();
    refuseNoTagName(name, ':tag');
    return name;
  }
}
