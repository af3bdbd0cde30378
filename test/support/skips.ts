/** What vitest's report says of one file. */
export interface TestFileResult {
  readonly assertionResults: readonly {
    readonly status: string;
    readonly ancestorTitles: readonly string[];
    readonly title: string;
  }[];
}

/**
 * One line for each group of skipped tests of a file, for the end of the test command's output. A group that needs what a
 * machine may lack says in its name what that is.
 */
export function skipsOf({ assertionResults }: TestFileResult): readonly string[] {
  const groups = assertionResults
    .filter(({ status }) => status === "skipped" || status === "pending")
    .map(({ ancestorTitles, title }) => ancestorTitles[0] ?? title);
  return [...new Set(groups)].map((group) => {
    const { length } = groups.filter((each) => each === group);
    return `${length} ${length === 1 ? "test" : "tests"}: ${group}`;
  });
}
