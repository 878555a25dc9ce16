import type { TenantWorld } from '../../tenancy/tenant-world.js';
import type { Dice } from './dice.js';
import { HEADER_VALUES } from './hostile-wire.js';
import type { HeaderLines, Home, Right, Sender } from './sender.js';
import type { ServedOperation } from './served-operations.js';

/** A tenant of a server on which nobody signs in: whoever asks may do everything, and only names the tenant. */
export class OpenHome implements Home {
  readonly strangers = null;

  constructor(readonly world: TenantWorld) {}

  get trusted(): HeaderLines {
    return [['Tenant', this.world.name]];
  }

  sender(_operation: ServedOperation, dice: Dice, mayLeaveTenant: boolean): Sender {
    const tenant = mayLeaveTenant && dice.chance(0.3) ? dice.pick(HEADER_VALUES) : this.world.name;
    return { what: 'anybody', headers: [['Tenant', tenant]], caller: null, tenant };
  }

  rightOf(): Right {
    return 'untold';
  }
}
