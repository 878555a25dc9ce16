import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Which part of a list. */
export interface Paging {
  /** From 1; 0 is behind the end like every page that is too high. */
  readonly page: number;
  /** Rows of a page; null: all rows are on the first. */
  readonly limit: number | null;
}

/** The pages of a list, as JSON numbers. */
export class CdrouterLinks {
  @ApiProperty({ description: 'This page; 0 when there is nothing at all.', type: 'integer', example: 1 })
  current: number;
  @ApiProperty({ type: 'integer', example: 1 }) first: number;
  @ApiProperty({ type: 'integer', example: 1 }) last: number;
  @ApiProperty({ type: 'integer', example: 25 }) limit: number;
  @ApiPropertyOptional({
    description: '0 on the last page; absent on page 0 and behind the last page.',
    type: 'integer',
    example: 0,
  })
  next?: number;
  @ApiPropertyOptional({ type: 'integer' }) prev?: number;
  @ApiProperty({ type: 'integer', example: 1 }) total: number;
}

/** Where the page begins; null: it is no page, and nothing needs to be read for it but the total. */
export function offsetOf({ page, limit }: Paging): number | null {
  if (page === 0 || (limit === null && page > 1)) return null;
  return (page - 1) * (limit ?? 0);
}

/**
 * The links of a page. `next` is 0 on the last one, as in the document. The client then asks for page 0, and stops only where `next` is absent: so it is on page
 * 0 and behind the end.
 */
export function linksOf({ page, limit }: Paging, total: number): CdrouterLinks {
  const last = limit === null ? 1 : Math.max(1, Math.ceil(total / limit));
  const links = { current: total === 0 && page === 1 ? 0 : page, first: 1, last, limit: limit ?? total };
  if (page === 0 || page > last) return { ...links, total };
  return { ...links, next: page < last ? page + 1 : 0, ...(page > 1 && { prev: page - 1 }), total };
}
