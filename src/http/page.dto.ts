import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ToInt } from './query-transforms.js';

/** Items of a page when the client does not say. */
export const DEFAULT_LIMIT = 25;
const MOST_PER_PAGE = 200;

/** How much of a list, and from where. Lists with filters extend it. */
export class PageQueryDto {
  @ApiPropertyOptional({
    description: 'Items per page.',
    minimum: 1,
    maximum: MOST_PER_PAGE,
    default: DEFAULT_LIMIT,
    type: 'integer',
  })
  @IsOptional()
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(MOST_PER_PAGE)
  limit: number = DEFAULT_LIMIT;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before; absent for the first page.', type: String })
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** What to send as `cursor` for the next page; null on the last one. */
  nextCursor: string | null;
}

const pageClasses = new Map<string, Type<Page<unknown>>>();

/** The Swagger class of a page of `itemDto`, named `<Item>Page`. The same class every time for the same item. */
export function pageOf<T>(itemDto: Type<T>): Type<Page<T>> {
  const name = `${itemDto.name.replace(/Dto$/, '')}Page`;
  const known = pageClasses.get(name);
  if (known) return known as Type<Page<T>>;
  class PageDto implements Page<T> {
    @ApiProperty({ type: [itemDto] })
    items: T[];

    @ApiProperty({
      type: String,
      nullable: true,
      description: 'What to send as `cursor` for the next page; null on the last one.',
      example: 'WyIyMDI2LTExLTIyVDA4OjAwOjAwLjAwMDAwMFoiXQ',
    })
    nextCursor: string | null;
  }
  Object.defineProperty(PageDto, 'name', { value: name });
  pageClasses.set(name, PageDto);
  return PageDto;
}

/**
 * Cuts a page out of rows that were read with `limit + 1`: the extra row only tells that there is a next page. `cursorOf` gives
 * the encoded sort key of a row.
 */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  map: (row: Row) => T,
  cursorOf: (row: Row) => string,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(map), nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
