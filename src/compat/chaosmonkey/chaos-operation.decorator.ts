import { applyDecorators, Header, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { DialectOperation, type DialectOperationOptions } from '../dialect-operation.decorator.js';
import { chaosmonkeyDialect } from './chaosmonkey.dialect.js';
import { ChaosMessage } from './chaosmonkey.wire.js';

const HAL = 'application/hal+json';
const JSON_TYPE = 'application/json';

const ERRORS: Readonly<Record<number, readonly [description: string, example: string]>> = {
  400: ['The body is not what it should be.', "invalid payload 'type' is a required property"],
  401: ['Only with AUTH=on: no valid credentials.', 'The user name or password is wrong.'],
  403: ['Only with AUTH=on, or for a forbidden attack.', 'The caller may not do this.'],
  404: ['There is no such thing.', 'executor not found 3b373155577b4d1bbc62216ffea013a4'],
  429: ['Only with AUTH=on: too many failed sign-ins.', 'Too many requests.'],
  500: ['A fault of the server.', 'Something went wrong on the server.'],
  503: ['The database is away.', 'The database is not available at the moment.'],
};

/** What an operation answers besides errors: a HAL document, or a message. */
export interface ChaosOperationOptions extends DialectOperationOptions {
  readonly description: string;
  readonly hal?: Type;
  /** The text of the message that it answers instead of a document. */
  readonly msg?: string;
  /** Errors that it knows besides those that all have. */
  readonly errors?: readonly (400 | 404)[];
}

/** Declares an operation of the Chaos Monkey API with its answers; every one that succeeds is 200, also a POST. */
export function ChaosOperation({ hal, msg, errors = [], ...words }: ChaosOperationOptions): MethodDecorator {
  const type = hal === undefined ? JSON_TYPE : HAL;
  const model = hal ?? ChaosMessage;
  const content = {
    [type]: { schema: { $ref: getSchemaPath(model) }, ...(msg !== undefined && { example: { msg } }) },
  };
  return applyDecorators(
    DialectOperation(chaosmonkeyDialect, words),
    HttpCode(200),
    Header('content-type', type),
    ApiExtraModels(model, ChaosMessage),
    ApiResponse({ status: 200, description: hal === undefined ? 'It is done.' : 'The document.', content }),
    ...[...errors, 401, 403, 429, 500, 503].map(chaosError),
  );
}

function chaosError(status: number): MethodDecorator {
  const [description, example] = ERRORS[status] ?? ['', ''];
  const content = { [JSON_TYPE]: { schema: { $ref: getSchemaPath(ChaosMessage) }, example: { msg: example } } };
  return ApiResponse({ status, description, content });
}

/** A document as bytes: given an object, Fastify would add a charset to the content type, which clients compare. */
export async function bytesOf(document: unknown): Promise<Buffer> {
  return Buffer.from(JSON.stringify(await document));
}
