import { Inject, Injectable } from '@nestjs/common';
import { TokensService, type TokenRow } from '../../auth/tokens.service.js';
import { currentContext, currentPrincipal } from '../../context/request-context.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId, parseId } from '../../kernel/ids.js';
import { badParameters, notFoundHere } from './cloudify-refusal.js';
import { told, type JsonObject } from './json-type.js';
import { listQuery, projected, type Query } from './list-query.js';
import { TOKEN_FIELDS, toToken, type CloudifyToken } from './neighbours.wire.js';
import { toList, type Listed } from './page.wire.js';
import { optionalText } from './request-body.js';
import { readExpiry } from './token-expiry.js';

/** Tokens of a tenant; a client that pages sees slices of these. */
const MOST_TOKENS = 10_000;

/** API tokens, as far as the client makes, shows and ends them. All of them are tokens of `/api/v2/tokens`, wherever they were made. */
@Injectable()
export class CloudifyTokens {
  constructor(
    @Inject(TokensService) private readonly tokens: TokensService,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** A token that may do in this tenant what the caller may. Throws `bad_parameters_error`. */
  async create(body: JsonObject): Promise<CloudifyToken> {
    const description = optionalText(body, 'description') ?? '';
    const expiration = optionalText(body, 'expiration_date') ?? optionalText(body, 'expiration');
    const expiresAt = expiration === null ? null : readExpiry(expiration, this.clock.now());
    if (expiration !== null && expiresAt === null)
      throw badParameters(
        `expiration_date must be a date such as 2030-01-01T00:00:00Z, or in UTC 2030-01-01 00:00, or from now on +10h, not ${told(expiration)}.`,
      );
    const role = currentContext()?.role;
    if (!role) throw new DomainError('forbidden', 'You have no role in this tenant.');
    const name = `cloudify ${description} ${newId()}`.replaceAll(/\s+/g, ' ').slice(0, 100);
    const { token, secret } = await this.tokens.create({ name, role, expiresAt });
    return { ...toToken(token), value: secret, description, username: currentPrincipal().name };
  }

  /** Those that were not revoked, newest first whatever `_sort` says. Throws `bad_parameters_error`. */
  async list(query: Query): Promise<Listed<CloudifyToken>> {
    const asked = listQuery(query, TOKEN_FIELDS);
    const wrong = [...asked.filters.keys()].find((field) => field !== 'id');
    if (wrong !== undefined) throw badParameters(`Tokens can be filtered by id, not by ${wrong}.`);
    const ids = asked.filters.get('id');
    const found = (await this.tokens.list(null, MOST_TOKENS)).filter(
      ({ id, revokedAt }) => revokedAt === null && ids?.includes(id) !== false,
    );
    const slice = found.slice(asked.offset, asked.offset + asked.rows);
    return toList(
      slice.map((token) => projected(toToken(token), asked.include)),
      found.length,
      asked,
    );
  }

  /** Throws `not_found_error`, also for one that was revoked. */
  async get(id: string): Promise<CloudifyToken> {
    return toToken(await this.find(id));
  }

  /** Ends a token at once; answers what it was. Throws `not_found_error`. */
  async revoke(id: string): Promise<CloudifyToken> {
    const token = await this.find(id);
    await this.tokens.revoke(token.id);
    return toToken(token);
  }

  private async find(text: string): Promise<TokenRow> {
    const id = parseId(text);
    const token = id === null ? null : await this.tokens.get(id).catch(absence);
    if (token === null || token.revokedAt !== null) throw notFoundHere('Token', text.slice(0, 100));
    return token;
  }
}

function absence(error: unknown): null {
  if (error instanceof DomainError && error.code === 'not_found') return null;
  throw error;
}
