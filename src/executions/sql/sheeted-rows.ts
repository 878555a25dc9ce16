import { EXECUTION_VIEW } from './execution-view.js';

/** Columns of an execution `e` with what stands on its sheet, and the joins that they need. Index: none, this is a part of statements. */
export const SHEETED_ROWS = {
  columns: `${EXECUTION_VIEW.columns}, j.number AS "jobNumber", s.run_at AS "launchedFor", s.details, s.result_number AS "resultNumber",
            coalesce(s.profile_number, 0) AS "profileNumber", coalesce(s.profile_name, '') AS "profileName",
            coalesce(s.device_number, 0) AS "deviceNumber", coalesce(s.device_name, '') AS "deviceName"`,
  joins: `${EXECUTION_VIEW.joins} LEFT JOIN run_sheets s ON s.execution_id = e.id`,
};
