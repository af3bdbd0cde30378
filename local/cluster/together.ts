/**
 * Runs tasks at the same time and ends when the last of them has ended, so that nothing goes on behind a failure: what
 * one task still starts could not be ended again. The first failure aborts the signal of the others and is thrown.
 */
export async function together(
  signal: AbortSignal | undefined,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const errors: unknown[] = [];
  await Promise.all(
    tasks.map(async (task) => {
      try {
        await task(either);
      } catch (error) {
        errors.push(error);
        failure.abort();
      }
    }),
  );
  if (errors.length > 0) throw errors[0];
}
