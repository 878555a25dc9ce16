import type { ArgumentMetadata } from '@nestjs/common';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import type { DomainError } from '../kernel/domain-error.js';
import { IsUuid } from './is-uuid.js';
import { PageQueryDto } from './page.dto.js';
import { IsInstant, ToBoolean, ToList } from './query-transforms.js';
import { validationPipe } from './validation.js';

class RetryDto {
  @IsInt() @Min(1) @Max(100) max: number;
}

class BodyDto {
  @IsString() @MaxLength(5) name: string;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => RetryDto) retries?: RetryDto[];
  @IsOptional() @IsObject() parameters?: Record<string, unknown>;
  @IsOptional() @IsInstant() at?: Date;
  @IsOptional() @IsArray() @IsString({ each: true }) args?: string[];
}

class QueryDto extends PageQueryDto {
  @IsOptional() @ToBoolean() @IsBoolean() paused?: boolean;
  @IsOptional() @ToList() @IsString({ each: true }) states?: string[];
  @IsOptional() @IsUuid() jobId?: string;
}

const pipe = validationPipe();
const body = (value: unknown) => pipe.transform(value, { type: 'body', metatype: BodyDto } as ArgumentMetadata);
const query = (value: unknown) => pipe.transform(value, { type: 'query', metatype: QueryDto } as ArgumentMetadata);
const faults = async (work: Promise<unknown>): Promise<[string, string][]> =>
  work.then(
    () => [],
    (error: unknown) => (error as DomainError).fields.map(({ field, code }) => [field, code]),
  );

describe('the validation of bodies', () => {
  it('makes an instance of the DTO and leaves free-form values as they are', async () => {
    const parameters = { a: [{ b: null, then: 1 }], n: '5' };
    const made = (await body({ name: 'x', retries: [{ max: 3 }], parameters, at: '2026-01-01T00:00:00Z' })) as BodyDto;
    expect(made).toBeInstanceOf(BodyDto);
    expect(made.retries?.[0]).toBeInstanceOf(RetryDto);
    expect(made.parameters).toEqual(parameters);
    expect(made.at).toEqual(new Date('2026-01-01T00:00:00Z'));
  });

  it.each<[unknown, [string, string][]]>([
    [{}, [['/name', 'required']]],
    [undefined, [['/name', 'required']]],
    [null, [['', 'isObject']]],
    [[], [['', 'isObject']]],
    ['text', [['', 'isObject']]],
    [{ name: 5 }, [['/name', 'isString']]],
    [{ name: 'toolong' }, [['/name', 'maxLength']]],
    [{ name: 'x', unknown: 1 }, [['/unknown', 'unknown_field']]],
    [{ name: 'x', retries: [{ max: 3 }, { max: 0 }] }, [['/retries/1/max', 'min']]],
    [{ name: 'x', retries: [{ max: '3' }] }, [['/retries/0/max', 'isInt']]],
    [{ name: 'x', retries: [{ max: 3, other: 1 }] }, [['/retries/0/other', 'unknown_field']]],
    [{ name: 'x', retries: ['no'] }, [['/retries/0', 'nestedValidation']]],
    [{ name: 'x', at: '2026-02-30T00:00:00Z' }, [['/at', 'isInstant']]],
    [{ name: 'x', at: 1_767_225_600 }, [['/at', 'isInstant']]],
    [{ name: 'x', args: ['a', 1] }, [['/args', 'isString']]],
    [
      { name: 7, retries: 5 },
      [
        ['/name', 'isString'],
        ['/retries', 'isArray'],
      ],
    ],
  ])('names what is wrong with %j', async (value, expected) => {
    expect(await faults(body(value))).toEqual(expected);
  });

  it('says the field, the value and what would be right, and shortens the value', async () => {
    await expect(body({ name: 'n'.repeat(5000) })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(
        /^\/name must be shorter than or equal to 5 characters; got "n{79}… \(5002 characters\)\.$/,
      ) as string,
    });
  });
});

describe('the validation of queries', () => {
  it('applies defaults and explicit conversions', async () => {
    const id = '0198f2c05f1c7d2e9c1a3b5d7f9a1c2e';
    expect(await query({ paused: 'false', states: 'a, b,,c', jobId: id.toUpperCase() })).toEqual({
      limit: 25,
      paused: false,
      states: ['a', 'b', 'c'],
      jobId: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e',
    });
    expect(await query({ limit: '200', states: ['a', 'b,c'] })).toEqual({ limit: 200, states: ['a', 'b', 'c'] });
  });

  it.each<[unknown, [string, string][]]>([
    [{ limit: '0' }, [['?limit', 'min']]],
    [{ limit: '201' }, [['?limit', 'max']]],
    [{ limit: 'ten' }, [['?limit', 'isInt']]],
    [{ limit: '1e2' }, [['?limit', 'isInt']]],
    [{ limit: '' }, [['?limit', 'isInt']]],
    [{ limit: ['1', '2'] }, [['?limit', 'isInt']]],
    [{ paused: 'yes' }, [['?paused', 'isBoolean']]],
    [{ jobId: 'x' }, [['?jobId', 'isUuid']]],
    [{ nope: '1' }, [['?nope', 'unknown_field']]],
    [{ cursor: 'a\0' }, [['?cursor', 'nul_character']]],
    [JSON.parse('{"__proto__":"x"}'), [['?__proto__', 'reserved_key']]],
  ])('names what is wrong with %j', async (value, expected) => {
    expect(await faults(query(value))).toEqual(expected);
  });
});
