// Whether those are kept out who may not come in, in the words of the API that they called, and those let in who may.
import { RECIPES } from '../../tenancy/operation-recipes.js';
import type { FuzzAnswer } from './exchange.js';
import type { FuzzRequest } from './random-requests.js';
import type { Right, Sender } from './sender.js';
import type { ServedOperation } from './served-operations.js';

/** What is refused before anybody is asked who they are: the path, the method, the framing. */
const BEFORE_THE_GATE: readonly number[] = [400, 404, 405, 408, 413, 414, 417, 431];
const RATE_LIMITED = 429;
/** Looks at a password in the body, too. */
const ASKS_FOR_PASSWORD = 'Me_changePassword';

/** How ndscheduler refuses to show its log: with 200. */
const LOGIN_REQUIRED = 'Login required!';

/** What is wrong with an answer to `sender`, who has that right; null when nothing is. */
export function accessFault(
  { status, body }: Pick<FuzzAnswer, 'status' | 'body'>,
  right: Right,
  { caller }: Sender,
  operation: ServedOperation,
  { method, isOnPath, isPlain }: FuzzRequest,
): string | null {
  if (caller === null || right === 'untold') return null;
  const { refused = 401, forbidden = operation.id.startsWith('Cdrouter') ? 401 : 403 } = RECIPES[operation.id] ?? {};
  if (right === 'allowed') {
    const isTelling = isPlain && forbidden !== 401 && !caller.mayLapse && operation.id !== ASKS_FOR_PASSWORD;
    return isTelling && status === 401 ? 'who may do this was taken for nobody' : null;
  }
  // Whoever has other headers than meant may be taken for nobody.
  const isNobody = right === 'unauthenticated' || caller.mayLapse || !isPlain;
  if (refused < 300 && status === refused)
    return isNobody && body.includes(LOGIN_REQUIRED) ? null : `${right}, and let in`;
  const wanted = [right === 'forbidden' ? forbidden : refused];
  if (caller.mayLapse) wanted.push(refused);
  if (caller.isPassword) wanted.push(RATE_LIMITED);
  if (wanted.includes(status)) return null;
  if (isPlain) return BEFORE_THE_GATE.includes(status) ? null : `${right}, and not answered ${wanted.join(' or ')}`;
  // Another method may be another operation, which is open to somebody else.
  const isHere = isOnPath && (right === 'unauthenticated' || method === operation.method);
  return isHere && status < 300 ? `${right}, and let in` : null;
}
