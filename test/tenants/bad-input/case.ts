import type { StackText } from "../support/project.ts";

/** Something a person may write wrongly, and every line they then read. Tenants begin in line 3, column 5. */
export interface BadInput extends StackText {
  readonly name: string;
  /** Further files of the project, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly expected: readonly string[];
}
