// Whether things that happened at the same time can have happened one after the other.

/** One thing that was done. Applied to a copy of the model; false: what was observed cannot have happened at this point. */
export type Step<Model> = (model: Model) => boolean;

/**
 * Looks for an order of the steps that leads from `model` to one that `fits`, and answers that; null if there is none. `threads` began at the same
 * moment, so every order of them is tried; the steps of one thread follow each other, but others may come in between. `mayLeadThere` may say early
 * of a model that nothing will make it fit.
 */
export function linearise<Model extends { copy(): Model }>(
  model: Model,
  threads: readonly (readonly Step<Model>[])[],
  fits: (model: Model) => boolean,
  mayLeadThere: (model: Model) => boolean,
): Model | null {
  if (threads.length === 0) return fits(model) ? model : null;
  for (const [i, [step, ...later]] of threads.entries()) {
    const next = model.copy();
    if (step !== undefined && !(step(next) && mayLeadThere(next))) continue;
    const others = threads.filter((_, n) => n !== i);
    const end = linearise(next, later.length === 0 ? others : [later, ...others], fits, mayLeadThere);
    if (end !== null) return end;
  }
  return null;
}
