/** Smallest, middle and largest of a series of measurements, in the unit of the series with three decimals. */
export interface Summary {
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Rounds to three decimals: no clock here is better than a millisecond. */
export function roundMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Summary of a series. The median of an even number of values is the mean of the middle two. Throws on an empty series. */
export function summarize(seconds: readonly number[]): Summary {
  const sorted = [...seconds].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (upper === undefined || lower === undefined || min === undefined || max === undefined) {
    throw new Error("a series without measurements has no summary");
  }
  return {
    runs: sorted.length,
    min: roundMilliseconds(min),
    median: roundMilliseconds((lower + upper) / 2),
    max: roundMilliseconds(max),
  };
}

/** How many times as long `left` takes as `right`, by their medians, with two decimals. Throws when `right` took no time. */
export function ratio(left: Summary, right: Summary): number {
  if (right.median <= 0) throw new Error("nothing can be compared with a median of zero");
  return Math.round((left.median / right.median) * 100) / 100;
}

/** A size for people, such as `284 MiB`. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
