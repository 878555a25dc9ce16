/** What a worker needs to know of the job `j` and tenant `t` of a run. Index: none, this is a part of statements. */
export const RUN_RULES = `j.timeout_ms AS "timeoutMs", j.kill_grace_ms AS "killGraceMs", j.max_output_bytes AS "maxOutputBytes",
           j.max_attempts AS "maxAttempts", j.retry_initial_ms AS "retryInitialMs", j.retry_factor AS "retryFactor",
           j.retry_max_ms AS "retryMaxMs", j.retry_jitter AS "retryJitter",
           t.forbidden_job_classes AS "forbiddenJobClasses"`;
