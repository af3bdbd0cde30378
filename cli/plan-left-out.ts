import { printable } from "../tenants/errors.ts";
import type { LeftOut, LeftOutRecord } from "../tenants/plan.ts";

/** Records that are named before the rest is only counted; the problems name all of them. */
const mostNamed = 20;

/** What tables and proof say nothing about, and why, in one paragraph; `null` where they hold everything that was written. */
export function leftOutText({ records, of, unread }: LeftOut): string | null {
  const rest = records.length - mostNamed;
  const lines = [
    ...(records.length === 0 ? [] : [recordSentence(records.length, of)]),
    ...records.slice(0, mostNamed).map((record) => `  ${recordText(record)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    ...unread.map((list) => `What ${printable(list)} lists is left out, wholly or in part: it cannot be read.`),
  ];
  return lines.length === 0 ? null : lines.join("\n");
}

/** The same in one sentence each, for a place that lists the problems beside it. */
export function leftOutSentences({ records, of, unread }: LeftOut): readonly string[] {
  return [
    ...(records.length === 0 ? [] : [recordSentence(records.length, of).replace(/:$/, ".")]),
    ...(unread.length === 0
      ? []
      : [`Lists that cannot be read are left out, wholly or in part: ${unread.join(", ")}.`]),
  ];
}

function recordSentence(count: number, of: number): string {
  const [are, they] = count === 1 ? ["is", "it"] : ["are", "they"];
  return `${count} of ${of} ${of === 1 ? "record" : "records"} ${are} left out, since ${they} cannot be planned as written:`;
}

function recordText({ tenant, source: { file, line }, paths }: LeftOutRecord): string {
  const wrong = paths.map((path) => (path === "" ? "the whole record" : path)).join(", ");
  return printable(`${tenant} (${line === 0 ? file : `${file}:${line}`}): ${wrong}`);
}
