import { DispatchPool } from './dispatch-pool.js';

/**
 * Connections of the few requests on the hot path: making runs. As `DispatchPool`, whose claims and reports shall not wait behind requests.
 * Statements stay prepared here; through the tenant door each is planned anew, which for `enqueue` takes longer than running it. Nothing
 * hides other tenants here: every statement names the tenant of the request itself.
 */
export class CommandPool extends DispatchPool {}
