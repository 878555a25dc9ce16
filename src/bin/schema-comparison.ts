import type { DataSource, EntityMetadata } from 'typeorm';

interface DatabaseColumn {
  table: string;
  column: string;
  type: string;
  isNullable: boolean;
  isKey: boolean;
}

/** TypeORM's own table. */
const IGNORED_TABLES = ['migrations'];

/**
 * Compares the entities with the tables both ways: names, types (arrays included), nullability and primary keys. Returns one line
 * per difference. Defaults, CHECKs and indexes are the migrations' alone and not compared.
 */
export async function compareSchema(source: DataSource): Promise<string[]> {
  const actual = await readColumns(source);
  const expected = source.entityMetadatas.flatMap(columnsOf);
  return [
    ...missingIn(actual, expected, 'an entity has it, the migrations do not'),
    ...missingIn(expected, actual, 'the migrations have it, no entity does'),
    ...unequal(expected, actual),
  ];
}

async function readColumns(source: DataSource): Promise<DatabaseColumn[]> {
  const rows = await source.query<DatabaseColumn[]>(`
    SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS "isNullable",
           coalesce(a.attnum = ANY (k.conkey), false) AS "isKey"
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace`);
  return rows.filter((row) => !IGNORED_TABLES.includes(row.table));
}

function columnsOf(entity: EntityMetadata): DatabaseColumn[] {
  return entity.columns.map((column) => ({
    table: entity.tableName,
    column: column.databaseName,
    type: typeName(String(column.type), column.isArray),
    isNullable: column.isNullable,
    isKey: column.isPrimary,
  }));
}

function typeName(type: string, isArray: boolean): string {
  const full = type === 'timestamptz' ? 'timestamp with time zone' : type;
  return isArray ? `${full}[]` : full;
}

const nameOf = (column: DatabaseColumn): string => `${column.table}.${column.column}`;

function missingIn(there: readonly DatabaseColumn[], wanted: readonly DatabaseColumn[], why: string): string[] {
  const names = new Set(there.map(nameOf));
  return wanted.filter((column) => !names.has(nameOf(column))).map((column) => `${nameOf(column)}: ${why}`);
}

function unequal(expected: readonly DatabaseColumn[], actual: readonly DatabaseColumn[]): string[] {
  const byName = new Map(actual.map((column) => [nameOf(column), column]));
  return expected.flatMap((wanted) => {
    const found = byName.get(nameOf(wanted));
    if (!found) return [];
    return (['type', 'isNullable', 'isKey'] as const)
      .filter((aspect) => wanted[aspect] !== found[aspect])
      .map(
        (aspect) =>
          `${nameOf(wanted)}: ${aspect} is ${found[aspect]} in the database and ${wanted[aspect]} in the entity`,
      );
  });
}
