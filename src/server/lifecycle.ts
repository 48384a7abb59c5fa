/**
 * What was started, so that it can be stopped in the opposite order: readiness off, HTTP answered, turns and callbacks
 * finished, commits drained, database closed.
 */
export interface Lifecycle {
  add(name: string, stop: (deadline: Promise<void>) => Promise<void>): void;
  /** Stops everything once; a part that fails to stop does not keep the others. */
  stop(deadline?: Promise<void>): Promise<void>;
}

export function createLifecycle(): Lifecycle {
  const started: { name: string; stop: (deadline: Promise<void>) => Promise<void> }[] = [];
  let stopping: Promise<void> | null = null;

  async function stopAll(deadline: Promise<void>): Promise<void> {
    const failures: unknown[] = [];
    for (const { name, stop } of started.reverse()) {
      await stop(deadline).catch((cause: unknown) => failures.push(new Error(`${name} did not stop`, { cause })));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped in order.');
  }

  return {
    add: (name, stop) => void started.push({ name, stop }),
    stop: (deadline = Promise.resolve()) => {
      stopping ??= stopAll(deadline);
      return stopping;
    },
  };
}
