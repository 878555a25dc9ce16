import { queryTx, type Tx } from '../database/database.js';
import { tellTriggers } from './sql/tell-triggers.js';

/** More ids than this do not fit the 8,000 bytes of a payload; then everybody sweeps. */
const MOST_IDS = 200;

/** Tells every replica, when the transaction commits, that these triggers have to be looked at. */
export async function tellTriggersTx(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await queryTx(tx, tellTriggers, [ids.length > MOST_IDS ? '' : ids.join(',')]);
}
