/** Marks a job as a plan, and holds what it was made from: `{"attack": ref, "planner": {"ref", "args"}}`. */
export const PLAN_ANNOTATION = 'chaosmonkey';
