import { EXECUTION_STATES } from '../../executions/execution.state.js';
import { column, labelled, member, type FieldTable } from './field-table.js';
import { STATUS_OF } from './job.wire.js';

const STATUS_LABELS = new Map(EXECUTION_STATES.map((state) => [state as string, STATUS_OF[state] as string]));
const ACTIVE_LABELS = new Map(
  EXECUTION_STATES.map((state) => [state as string, String(STATUS_OF[state] === 'running')]),
);

/** What jobs can be filtered and sorted by. `users`: numbers of users by name. */
export function jobFields(users: ReadonlyMap<string, string>): FieldTable {
  return {
    id: column('number', 'number'),
    active: labelled('state', 'text', ACTIVE_LABELS, 'false'),
    status: labelled('state', 'text', STATUS_LABELS, 'error'),
    package_id: column('jobNumber', 'number'),
    package_name: column('jobName', 'text'),
    device_id: column('deviceNumber', 'number'),
    device_name: column('deviceName', 'text'),
    config_id: column('profileNumber', 'number'),
    config_name: column('profileName', 'text'),
    result_id: column('resultNumber', 'number'),
    user_id: labelled('createdBy', 'number', users, '0'),
    created: column('createdAt', 'instant'),
    updated: column('updatedAt', 'instant'),
    run_at: column('runAt', 'instant'),
    automatic: column('isFromTrigger', 'boolean'),
    interface_names: column('interfaces', 'texts'),
    uses_wireless: member('boolean', 'usesWireless'),
    uses_ics: member('boolean', 'usesIcs'),
    ics_interface_name: member('text', 'icsInterfaceName'),
    'options.tags': member('texts', 'options', 'tags'),
    'options.skip_tests': member('texts', 'options', 'skip_tests'),
    'options.begin_at': member('text', 'options', 'begin_at'),
    'options.end_at': member('text', 'options', 'end_at'),
    'options.extra_cli_args': member('text', 'options', 'extra_cli_args'),
  };
}
