/** Lists as Cloudify shows them. Source: contract A3, "GET /executions". */
import { ApiProperty } from '@nestjs/swagger';

/** Which slice a list is. */
export class PageNumbers {
  @ApiProperty({ type: 'integer', example: 2, description: 'Of all slices together.' }) total: number;
  @ApiProperty({ type: 'integer', example: 0 }) offset: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'As asked for; 0 when nothing was.' }) size: number;
}

/** Beside the items of a list. */
export class Pagination {
  @ApiProperty({ type: PageNumbers }) pagination: PageNumbers;
}

/** A slice of a list. */
export interface Listed<Item> {
  items: Item[];
  metadata: Pagination;
}

/** The slice with its numbers. */
export function toList<Item>(
  items: Item[],
  total: number,
  { offset, size }: { readonly offset: number; readonly size: number | null },
): Listed<Item> {
  return { items, metadata: { pagination: { total, offset, size: size ?? 0 } } };
}
